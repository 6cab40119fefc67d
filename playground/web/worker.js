// The worker runs wslint, so that the page stays responsive. It asks nobody: after wslint.wasm nothing is fetched.
"use strict";

importScripts("files.js", "wasm_exec.js");

const go = new Go();
const start = async () => {
	const answer = fetch("wslint.wasm");
	let made;
	try {
		made = await WebAssembly.instantiateStreaming(answer, go.importObject);
	} catch { // a server that does not know the type of the file
		const bytes = await (await fetch("wslint.wasm")).arrayBuffer();
		made = await WebAssembly.instantiate(bytes, go.importObject);
	}
	const ran = go.run(made.instance);
	postMessage({ ask: "about", answer: reply({ ask: "about" }) });
	postMessage({ ready: true });
	await ran;
	postMessage({ failed: "wslint stopped; reload the page" });
};
start().catch((err) => postMessage({ failed: String(err) }));

let rounds = 20; // of warming up
let seen = { question: null };

const reply = (question) => JSON.parse(wslint(JSON.stringify({ ...question, now: new Date().toISOString() })));

// warm runs the last check again while nothing else is to be done: browsers compile for speed what has run often, and
// until then an answer takes five times as long.
const warm = () => {
	if (!seen.question || rounds <= 0) return;
	rounds--;
	reply(seen.question);
	setTimeout(warm, 0);
};

onmessage = ({ data: { id, files, questions } }) => {
	setFiles(files);
	questions.forEach((question, i) => {
		const began = performance.now();
		const answer = reply(question);
		postMessage({ id, ask: question.ask, answer, took: performance.now() - began, done: i === questions.length - 1 });
	});
	const first = !seen.question;
	seen = { question: questions[0] };
	if (first) setTimeout(warm, 0);
};
