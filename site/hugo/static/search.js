// The search: an index of titles, headings and text, fetched when the field is first used. Nothing is sent anywhere.
"use strict";

(() => {
	// On a small screen the list of headings would come before every text.
	const contents = document.querySelector(".contents details");
	if (contents && matchMedia("(max-width: 900px)").matches) contents.open = false;

	const field = document.getElementById("search");
	const box = document.getElementById("found");
	const root = new URL(document.querySelector("a.name").href);
	let index = null, chosen = -1;

	const load = async () => {
		index ??= fetch(new URL("index.json", root)).then((r) => r.json()).then((pages) => pages.map((p) => ({
			...p, title: p.t.toLowerCase(), names: (p.n || "").toLowerCase(), text: p.x.toLowerCase(),
		})));
		return index;
	};

	// score says how well a page fits the words, all of which it must have.
	const score = (page, words) => {
		let sum = 0;
		for (const w of words) {
			let best = 0;
			if (page.title === w) best = 100;
			else if (page.names.split(" ").includes(w)) best = 80;
			else if (page.title.startsWith(w)) best = 60;
			else if (page.title.includes(w)) best = 40;
			else if (page.names.includes(w)) best = 30;
			else if (page.text.includes(w)) best = 10;
			if (!best) return 0;
			sum += best;
		}
		return sum + page.w - page.title.length / 100;
	};

	const show = (pages) => {
		chosen = -1;
		box.replaceChildren(...pages.map((page, i) => {
			const link = document.createElement("a");
			link.href = new URL(page.u, root).href;
			link.tabIndex = -1;
			const where = document.createElement("span");
			where.className = "where";
			where.textContent = " " + page.s;
			const what = document.createElement("span");
			what.className = "what";
			what.textContent = page.d;
			link.append(page.t, where, what);
			const item = document.createElement("li");
			item.id = "found-" + i;
			item.setAttribute("role", "option");
			item.append(link);
			return item;
		}));
		if (!pages.length) {
			const none = document.createElement("li");
			none.className = "none";
			none.textContent = "No page has all these words";
			box.append(none);
		}
		box.hidden = false;
		field.setAttribute("aria-expanded", "true");
	};

	const hide = () => {
		box.hidden = true;
		field.setAttribute("aria-expanded", "false");
		field.removeAttribute("aria-activedescendant");
	};

	const choose = (to) => {
		const items = [...box.querySelectorAll("[role=option]")];
		if (!items.length) return;
		chosen = (to + items.length) % items.length;
		items.forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
		items[chosen].scrollIntoView({ block: "nearest" });
		field.setAttribute("aria-activedescendant", items[chosen].id);
	};

	field.addEventListener("focus", load, { once: true });
	field.addEventListener("input", async () => {
		const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
		if (!words.length) return hide();
		const pages = (await load()).map((p) => [score(p, words), p]).filter(([s]) => s > 0);
		pages.sort((a, b) => b[0] - a[0]);
		if (words.join() === field.value.toLowerCase().split(/\s+/).filter(Boolean).join()) show(pages.slice(0, 12).map(([, p]) => p));
	});
	field.addEventListener("keydown", (e) => {
		if (e.key === "Escape") return hide();
		if (box.hidden) return;
		if (e.key === "ArrowDown") choose(chosen + 1);
		else if (e.key === "ArrowUp") choose(chosen - 1);
		else if (e.key === "Enter") {
			const link = box.querySelectorAll("a")[Math.max(chosen, 0)];
			if (link) location.href = link.href;
		} else return;
		e.preventDefault();
	});
	document.addEventListener("click", (e) => { if (!e.target.closest(".search")) hide(); });
	document.addEventListener("keydown", (e) => {
		if (e.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
			e.preventDefault();
			field.focus();
		}
	});
})();
