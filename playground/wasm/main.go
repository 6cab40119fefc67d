//go:build js && wasm

// Command wasm is the engine of the playground as a browser runs it: it adds a function to the global object of its
// Web Worker, which takes a question in JSON and returns the answer.
package main

import (
	"runtime/debug"
	"syscall/js"

	"github.com/wslint/wslint/playground/engine"
)

// collectAt is the growth at which memory is collected, in percent: a page has one thread, and the heap between two
// questions is small.
const collectAt = 400

func main() {
	debug.SetGCPercent(collectAt)
	js.Global().Set("wslint", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return string(engine.Reply([]byte(args[0].String())))
	}))
	select {}
}
