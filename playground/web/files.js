// A file system in memory in the form that Go's runtime asks for (globalThis.fs, as in Node): one flat set of regular
// files below /project, and the directories that their names make. Nothing is ever written.
"use strict";

(() => {
	const home = "/project";
	let nodes = new Map(); // absolute name -> Uint8Array, or null for a directory
	const open = new Map(); // descriptor -> {name, at}
	let next = 10;

	const fail = (code) => Object.assign(new Error(code), { code });
	const absolute = (name) => {
		const parts = [];
		for (const part of (name.startsWith("/") ? name : home + "/" + name).split("/")) {
			if (part === "..") parts.pop();
			else if (part !== "" && part !== ".") parts.push(part);
		}
		return "/" + parts.join("/");
	};
	const find = (name) => {
		const full = absolute(name);
		if (!nodes.has(full)) throw fail("ENOENT");
		return full;
	};
	const stat = (name) => {
		const data = nodes.get(name);
		const inode = [...nodes.keys()].indexOf(name) + 1;
		return {
			dev: 1, ino: inode, mode: data ? 0o100644 : 0o40755, nlink: 1, uid: 0, gid: 0, rdev: 0,
			size: data ? data.length : 0, blksize: 4096, blocks: 1, atimeMs: 0, mtimeMs: 0, ctimeMs: 0,
			isDirectory: () => !data,
		};
	};
	const children = (dir) => {
		const prefix = dir === "/" ? "/" : dir + "/";
		const names = [...nodes.keys()].filter((n) => n !== "/" && n.startsWith(prefix));
		return names.map((n) => n.slice(prefix.length)).filter((n) => !n.includes("/"));
	};
	// Each call of Go's runtime ends in a callback.
	const call = (work) => (...args) => {
		const done = args.pop();
		try {
			done(null, work(...args));
		} catch (err) {
			done(err.code ? err : fail("EIO"));
		}
	};
	const refuse = (code) => call(() => { throw fail(code); });
	const decoder = new TextDecoder();
	let line = "";

	globalThis.fs = {
		constants: { O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_TRUNC: 512, O_APPEND: 1024, O_EXCL: 128, O_DIRECTORY: 65536 },
		writeSync(fd, bytes) { // a panic of the runtime
			line += decoder.decode(bytes);
			const end = line.lastIndexOf("\n");
			if (end >= 0) {
				console.error(line.slice(0, end));
				line = line.slice(end + 1);
			}
			return bytes.length;
		},
		write(fd, bytes, offset, length, position, done) {
			done(null, this.writeSync(fd, bytes.subarray(offset, offset + length)));
		},
		open: call((name, flags) => {
			if (flags & 3 || flags & 64) throw fail("EROFS");
			open.set(++next, { name: find(name), at: 0 });
			return next;
		}),
		close: call((fd) => { open.delete(fd); }),
		read: call((fd, buffer, offset, length, position) => {
			const file = open.get(fd);
			const data = file && nodes.get(file.name);
			if (!file) throw fail("EBADF");
			if (!data) throw fail("EISDIR");
			const from = position === null ? file.at : position;
			const part = data.subarray(from, from + length);
			buffer.set(part, offset);
			if (position === null) file.at += part.length;
			return part.length;
		}),
		stat: call((name) => stat(find(name))),
		lstat: call((name) => stat(find(name))),
		fstat: call((fd) => {
			if (!open.has(fd)) throw fail("EBADF");
			return stat(open.get(fd).name);
		}),
		readdir: call((name) => {
			const full = find(name);
			if (nodes.get(full)) throw fail("ENOTDIR");
			return children(full);
		}),
		readlink: refuse("EINVAL"), fsync: refuse("EROFS"), mkdir: refuse("EROFS"), unlink: refuse("EROFS"),
		rmdir: refuse("EROFS"), rename: refuse("EROFS"), link: refuse("EROFS"), symlink: refuse("EROFS"),
		chmod: refuse("EROFS"), fchmod: refuse("EROFS"), chown: refuse("EROFS"), fchown: refuse("EROFS"),
		lchown: refuse("EROFS"), utimes: refuse("EROFS"), truncate: refuse("EROFS"), ftruncate: refuse("EROFS"),
	};
	globalThis.process = {
		getuid: () => 0, getgid: () => 0, geteuid: () => 0, getegid: () => 0, getgroups: () => [], umask: () => 0o22,
		pid: 1, ppid: 1, cwd: () => home, chdir: () => { throw fail("ENOSYS"); },
	};

	// setFiles replaces everything: a list of {name, text}.
	globalThis.setFiles = (files) => {
		nodes = new Map([["/", null], [home, null]]);
		const encoder = new TextEncoder();
		for (const file of files) {
			const full = absolute("./" + file.name);
			const parts = full.split("/");
			for (let i = 2; i < parts.length; i++) {
				const dir = parts.slice(0, i).join("/");
				if (!nodes.has(dir)) nodes.set(dir, null);
			}
			if (nodes.get(full) !== null) nodes.set(full, encoder.encode(file.text));
		}
	};
	setFiles([]);
})();
