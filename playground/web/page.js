// The page: files in tabs, what is declared, and what wslint says to it. wslint itself runs in worker.js.
"use strict";

const $ = (id) => document.getElementById(id);
const make = (tag, props = {}, ...children) => {
	const node = Object.assign(document.createElement(tag), props);
	node.append(...children);
	return node;
};
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/* Files: each has a tab, a gutter and a textarea of its own, and so its own undo. */

const files = [];
let current = null;

const addFile = (name, text) => {
	const file = { name, marks: new Map() };
	file.tab = make("button", { type: "button", textContent: name });
	file.tab.setAttribute("role", "tab");
	file.area = make("textarea", { value: text, spellcheck: false, wrap: "off", autocapitalize: "off" });
	file.gutter = make("div", { className: "gutter" });
	file.gutter.setAttribute("aria-hidden", "true");
	file.panel = make("div", { className: "editor", hidden: true }, file.gutter, file.area);
	file.panel.setAttribute("role", "tabpanel");
	file.area.addEventListener("input", () => { number(file); ask(); });
	file.area.addEventListener("scroll", () => { file.gutter.scrollTop = file.area.scrollTop; });
	file.tab.addEventListener("click", () => show(file));
	files.push(file);
	$("files").append(file.tab);
	$("editors").append(file.panel);
	entitle(file, name);
	number(file);
	return file;
};

const entitle = (file, name) => {
	file.name = name;
	file.tab.textContent = name;
	file.area.setAttribute("aria-label", "Text of " + name);
};

const show = (file) => {
	current = file;
	for (const other of files) {
		other.panel.hidden = other !== file;
		other.tab.setAttribute("aria-selected", String(other === file));
		other.tab.tabIndex = other === file ? 0 : -1;
	}
	number(file);
};

// number writes the gutter: numbers, and where findings are. There the name of the severity is the title.
const number = (file) => {
	const lines = file.area.value.split("\n").length;
	const rows = [];
	for (let i = 1; i <= lines; i++) {
		const severity = file.marks.get(i) || "";
		rows.push(make("div", { textContent: String(i), className: severity, title: severity }));
	}
	file.gutter.replaceChildren(...rows);
	file.gutter.scrollTop = file.area.scrollTop;
};

const dropFiles = () => {
	for (const file of files.splice(0)) {
		file.tab.remove();
		file.panel.remove();
	}
};

const unused = (name) => {
	let free = name;
	for (let i = 2; files.some((f) => f.name === free); i++) free = name.replace(/(\.[^.]*)?$/, `-${i}$1`);
	return free;
};

const validName = (name) => name !== "" && !name.startsWith("/") && !name.endsWith("/") && !name.split("/").includes("..");

/* State: what the link carries. */

const fields = ["ping", "from", "url", "symptom"];
const versionInputs = () => [...document.querySelectorAll("#versions input")];

const state = () => ({
	files: files.map((f) => ({ name: f.name, text: f.area.value })),
	...Object.fromEntries(fields.map((id) => [id, $(id).value.trim()])),
	versions: Object.fromEntries(versionInputs().map((i) => [i.dataset.program, i.value.trim()]).filter(([, v]) => v)),
});

const restore = (s) => {
	dropFiles();
	for (const f of s.files || []) {
		if (typeof f.name === "string" && typeof f.text === "string" && validName(f.name)) addFile(unused(f.name), f.text);
	}
	if (!files.length) addFile("nginx.conf", "");
	show(files[0]);
	for (const id of fields) $(id).value = typeof s[id] === "string" ? s[id] : $(id).defaultValue || "";
	if (!$("from").value) $("from").value = "server";
	wanted = s.versions || {};
	for (const i of versionInputs()) i.value = wanted[i.dataset.program] || "";
	ask();
};
let wanted = {};

const through = async (bytes, stream) =>
	new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());

const toLink = async () => {
	const packed = await through(encoder.encode(JSON.stringify(state())), new CompressionStream("deflate-raw"));
	let text = "";
	for (const b of packed) text += String.fromCharCode(b);
	return "#1" + btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const fromLink = async (hash) => {
	if (!hash.startsWith("#1")) return null;
	const text = atob(hash.slice(2).replace(/-/g, "+").replace(/_/g, "/"));
	const bytes = await through(Uint8Array.from(text, (c) => c.charCodeAt(0)), new DecompressionStream("deflate-raw"));
	return JSON.parse(decoder.decode(bytes));
};

/* Questions: at most one is at the worker, and of those that wait the last counts. */

const worker = new Worker("worker.js");
let ready = false, busy = false, waiting = false, asked = 0, snapshot = null, last = null;

const ask = () => {
	waiting = true;
	send();
};

const send = () => {
	if (!ready || busy || !waiting) return;
	busy = true;
	waiting = false;
	snapshot = state();
	const { ping, from, url, symptom, versions } = snapshot;
	const question = { ping, from, url, versions };
	const endpoint = url || $("endpoint").value;
	const view = document.querySelector("#views [aria-selected=true]").getAttribute("aria-controls");
	const questions = [{ ...question, ask: "check" }];
	if (view === "path") questions.push({ ...question, ask: "trace", url: endpoint });
	if (view === "why") questions.push({ ...question, ask: "why", symptom });
	worker.postMessage({ id: ++asked, files: snapshot.files, questions });
};

worker.onmessage = ({ data }) => {
	if (data.failed) return fail(data.failed);
	if (data.ready) {
		ready = true;
		performance.mark("ready");
		return send();
	}
	if (data.ask === "about") return about(data.answer);
	if (data.ask === "check") showCheck(data.answer, data.took);
	if (data.ask === "trace") showTrace(data.answer);
	if (data.ask === "why") $("suspects").textContent = data.answer.error || data.answer.text;
	if (data.done) {
		busy = false;
		send();
	}
};
worker.onerror = () => fail("wslint could not be started in this browser");

const fail = (text) => {
	$("problem").textContent = text;
	$("problem").hidden = false;
};

const about = (answer) => {
	for (const p of answer.programs) {
		const input = make("input", { placeholder: p.default, spellcheck: false, value: wanted[p.name] || "" });
		input.dataset.program = p.name;
		input.addEventListener("input", ask);
		$("versions").append(make("label", {}, p.name + " version", input));
	}
};

/* Answers */

const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

const showCheck = ({ error, check }, took) => {
	for (const file of files) file.marks.clear();
	document.body.dataset.took = String(Math.round(took));
	last = check;
	const list = [];
	if (error) {
		$("status").textContent = "No answer";
		list.push(make("pre", { textContent: error }));
	} else {
		const s = check.summary;
		const parts = [["error", s.errors], ["warning", s.warnings], ["note", s.infos]];
		const found = parts.filter(([, n]) => n).map(([word, n]) => plural(n, word));
		$("status").textContent = (found.join(", ") || "Nothing found") + ` in ${plural(s.files, "file")}, ${plural(s.endpoints, "endpoint")}`;
		if (check.findings.filter((f) => f.fix && f.fix.safe && f.fix.edits.length).length > 1) list.push(fixAll());
		for (const f of check.findings) {
			const file = files.find((x) => x.name === f.file);
			if (file && f.line && !file.marks.has(f.line)) file.marks.set(f.line, f.severity);
			list.push(finding(f));
		}
		if (check.unknown.length) {
			const notes = check.unknown.map((n) => make("li", {}, ...place(n), n.text));
			const box = make("details", {}, make("summary", { textContent: `Could not be determined: ${check.unknown.length}` }), make("ul", {}, ...notes));
			list.push(box);
		}
		for (const v of check.versions) {
			const text = `Judged as ${v.program} ${v.version}${v.assumed ? " or later" : ""}` + (v.source ? ` (${v.source})` : "");
			list.push(make("p", { className: "help", textContent: text }));
		}
	}
	// A button that has the focus keeps it, by its place in the list.
	const focused = [...$("findings").querySelectorAll("button, a")].indexOf(document.activeElement);
	$("findings").replaceChildren(...list);
	if (focused >= 0) {
		const now = $("findings").querySelectorAll("button, a");
		(now[Math.min(focused, now.length - 1)] || $("results")).focus({ preventScroll: true });
	}
	if (current) number(current);
};

const place = ({ file, line, column, endColumn }) => {
	if (!file) return [];
	const button = make("button", { type: "button", className: "place", textContent: line ? `${file}:${line}` : file });
	button.addEventListener("click", () => go(file, line, column, endColumn));
	return [button, " "];
};

const finding = (f) => {
	const page = make("a", { href: `../rules/${encodeURIComponent(f.rule)}/`, textContent: f.rule });
	const box = make("article", { className: "finding " + f.severity });
	box.append(make("div", { className: "meta" }, make("strong", { className: "severity", textContent: f.severity }), " ", page, " ", ...place(f)));
	box.append(make("h3", { textContent: f.message }));
	const excerpt = lineOf(f);
	if (excerpt) box.append(excerpt);
	if (f.notes.length) box.append(make("ul", {}, ...f.notes.map((n) => make("li", {}, ...place(n), n.text))));
	if (f.path) box.append(make("div", { className: "meta", textContent: `path: ${f.path} (${f.confidence})` }));
	if (f.fix && f.fix.edits.length) {
		const button = make("button", { type: "button", className: f.fix.safe ? "primary" : "", textContent: f.fix.safe ? "Apply fix" : "Apply unsafe fix" });
		button.addEventListener("click", () => apply([f.fix]));
		const title = f.fix.title + (f.fix.safe ? "" : " (review it: it may affect other requests)");
		button.setAttribute("aria-label", `${button.textContent}: ${title}`);
		box.append(...f.fix.edits.map(preview), make("div", { className: "fix" }, make("p", { textContent: title }), button));
	} else if (f.fix) {
		box.append(make("p", { className: "meta", textContent: f.fix.title }));
	}
	return box;
};

const textOf = (name) => (snapshot.files.find((f) => f.name === name) || {}).text;

// lineOf is the line of a finding with its columns, which are counted in bytes, marked.
const lineOf = ({ file, line, column, endColumn }) => {
	const text = textOf(file);
	if (text === undefined || !line) return null;
	const bytes = encoder.encode(text.split("\n")[line - 1] || "");
	const part = (from, to) => decoder.decode(bytes.slice(from, to));
	const from = (column || 1) - 1, to = endColumn ? endColumn - 1 : bytes.length;
	return make("pre", {}, make("span", { className: "no", textContent: line + " | " }), part(0, from), make("mark", { textContent: part(from, to) }), part(to));
};

// preview shows the lines that an edit changes, before and after.
const preview = (e) => {
	const bytes = encoder.encode(textOf(e.file) || "");
	const newline = 10;
	let start = e.start, end = e.end;
	while (start > 0 && bytes[start - 1] !== newline) start--;
	while (end < bytes.length && bytes[end] !== newline) end++;
	const before = decoder.decode(bytes.slice(start, end)).split("\n");
	const after = (decoder.decode(bytes.slice(start, e.start)) + e.new + decoder.decode(bytes.slice(e.end, end))).split("\n");
	while (before.length && after.length && before[0] === after[0]) { before.shift(); after.shift(); }
	while (before.length && after.length && before.at(-1) === after.at(-1)) { before.pop(); after.pop(); }
	const box = make("pre");
	for (const line of before) box.append(make("del", { textContent: "- " + line }), "\n");
	for (const line of after) box.append(make("ins", { textContent: "+ " + line }), "\n");
	return box;
};

const fixAll = () => {
	const button = make("button", { type: "button", className: "primary", textContent: "Apply all safe fixes" });
	button.addEventListener("click", () => apply(last.findings.map((f) => f.fix).filter((x) => x && x.safe)));
	return make("div", { className: "bar" }, button);
};

// apply makes fixes: whole ones, of the text as it was checked. One that overlaps an earlier one waits for the next check.
const apply = (fixes) => {
	const taken = [];
	for (const fix of fixes) {
		const meets = (a, b) => a.file === b.file && a.start <= b.end && b.start <= a.end;
		const known = fix.edits.every((e) => files.some((f) => f.name === e.file && f.area.value === textOf(e.file)));
		if (known && !fix.edits.some((e) => taken.some((t) => meets(e, t)))) taken.push(...fix.edits);
	}
	const back = document.activeElement;
	taken.sort((a, b) => b.start - a.start);
	for (const e of taken) {
		const file = files.find((f) => f.name === e.file);
		const bytes = encoder.encode(file.area.value);
		const from = decoder.decode(bytes.slice(0, e.start)).length;
		const to = from + decoder.decode(bytes.slice(e.start, e.end)).length;
		show(file);
		file.area.focus({ preventScroll: true });
		file.area.setSelectionRange(from, to);
		// Undo knows what this command does, and nothing of setRangeText.
		if (!document.execCommand(e.new ? "insertText" : "delete", false, e.new)) file.area.setRangeText(e.new, from, to, "end");
		number(file);
	}
	if (back && back.isConnected) back.focus({ preventScroll: true });
	if (taken.length) $("status").textContent = "Fixed; checking again";
	ask();
};

// go leads to a place in a file.
const go = (name, line, column, endColumn) => {
	const file = files.find((f) => f.name === name);
	if (!file) return;
	show(file);
	const lines = file.area.value.split("\n");
	const at = lines.slice(0, (line || 1) - 1).reduce((n, l) => n + l.length + 1, 0);
	const bytes = encoder.encode(lines[(line || 1) - 1] || "");
	const col = (c) => decoder.decode(bytes.slice(0, c - 1)).length;
	file.area.focus();
	file.area.setSelectionRange(at + col(column || 1), at + (endColumn ? col(endColumn) : (lines[(line || 1) - 1] || "").length));
	file.area.scrollTop = Math.max(0, ((line || 1) - 6) * 20);
	file.panel.scrollIntoView({ block: "nearest" });
};

const showTrace = ({ error, text, svg, urls }) => {
	const chosen = $("endpoint").value;
	$("endpoint").replaceChildren(...(urls || []).map((u) => make("option", { value: u, textContent: u, selected: u === chosen })));
	$("endpoint").parentElement.hidden = !urls || $("url").value.trim() !== "";
	$("ladder").textContent = error || text;
	$("picture").hidden = !svg;
	if (svg) {
		$("picture").src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
		$("picture").alt = "The path as a picture. The text below says the same.";
	}
};

/* Controls */

const tabKeys = (list) => list.addEventListener("keydown", (e) => {
	const tabs = [...list.querySelectorAll("[role=tab]")];
	const at = tabs.indexOf(document.activeElement);
	const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[e.key];
	if (at < 0 || to === undefined) return;
	e.preventDefault();
	const tab = tabs[(to + tabs.length) % tabs.length];
	tab.focus();
	tab.click();
});
tabKeys($("files"));
tabKeys($("views"));

for (const tab of document.querySelectorAll("#views [role=tab]")) {
	tab.addEventListener("click", () => {
		for (const other of document.querySelectorAll("#views [role=tab]")) {
			other.setAttribute("aria-selected", String(other === tab));
			other.tabIndex = other === tab ? 0 : -1;
			$(other.getAttribute("aria-controls")).hidden = other !== tab;
		}
		ask();
	});
}

$("add").addEventListener("click", () => {
	const name = prompt("Name of the file, like conf.d/site.conf or .wslint.yaml", unused("conf.d/site.conf"));
	if (name === null) return;
	if (!validName(name.trim())) return alert("A name is relative, like conf.d/site.conf");
	const file = addFile(unused(name.trim()), "");
	show(file);
	file.area.focus();
	ask();
});
$("rename").addEventListener("click", () => {
	const name = prompt("New name of " + current.name, current.name);
	if (name === null || name.trim() === current.name) return;
	if (!validName(name.trim()) || files.some((f) => f.name === name.trim())) return alert("A name is relative, and another file must not have it");
	entitle(current, name.trim());
	ask();
});
$("remove").addEventListener("click", () => {
	if (files.length === 1) return addAfterLast();
	const at = files.indexOf(current);
	files.splice(at, 1);
	current.tab.remove();
	current.panel.remove();
	show(files[Math.max(0, at - 1)]);
	current.tab.focus();
	ask();
});
const addAfterLast = () => {
	current.area.value = "";
	number(current);
	ask();
};
$("open").addEventListener("change", async (e) => {
	for (const f of e.target.files) {
		const text = await f.text();
		const same = files.find((x) => x.name === f.name);
		if (same) same.area.value = text;
		show(same || addFile(f.name, text));
	}
	const empty = files.find((f) => f.area.value === "" && files.length > 1);
	if (empty && empty !== current) { files.splice(files.indexOf(empty), 1); empty.tab.remove(); empty.panel.remove(); }
	e.target.value = "";
	ask();
});
$("share").addEventListener("click", async () => {
	const hash = await toLink();
	history.replaceState(null, "", hash);
	try {
		await navigator.clipboard.writeText(location.href);
		$("status").textContent = "Link copied: it carries the files";
	} catch {
		$("status").textContent = "The address of this page is now the link: it carries the files";
	}
});
$("fields").addEventListener("submit", (e) => e.preventDefault());
for (const id of ["ping", "url", "symptom"]) $(id).addEventListener("input", ask);
for (const id of ["from", "endpoint"]) $(id).addEventListener("change", ask);

let examples = [];
$("example").addEventListener("change", (e) => {
	const example = examples[Number(e.target.value)];
	$("problem").hidden = true;
	if (e.target.value !== "" && example) restore(example);
});

const begin = async () => {
	const linked = fromLink(location.hash).catch(() => {
		fail("This link is damaged: the files could not be read from it");
		return null;
	});
	examples = await (await fetch("examples.json")).json();
	$("example").append(...examples.map((x, i) => make("option", { value: String(i), textContent: x.title })));
	restore((await linked) || examples[0]);
};
addEventListener("hashchange", async () => {
	const s = await fromLink(location.hash).catch(() => null);
	if (s) restore(s);
});
begin();
