// Package lint is one run: configurations and declarations in, a Result out. It knows no format of configuration
// beyond the list in readers.go, judges nothing itself beyond ignore comments, and prints nothing.
//
// A run has four steps, each a type of its own, which can be read one after the other (run.go):
//
//   - load (load.go, through.go, resources.go) finds the files that the input names and has each read by the reader of
//     its format. What comes of that is a loaded: sources that serve handshakes, resources that paths name, and the
//     files (files.go).
//   - paths are the ways of WebSockets: declaredPaths (paths.go) follows those that somebody declared, in .wslint.yaml
//     or in a file that tells of them, and a finder (endpoint.go, discover.go) those that sources seem meant to carry.
//     The handshake is sent along each (join.go), with the traffic that is declared (traffic.go).
//   - judge (judge.go, unknowns.go) applies the rules to them, and notes what could not be concluded.
//   - filter (filter.go) leaves what somebody wants to hear: without what is ignored (suppress.go, ignore.go), not
//     asked for (selection.go), in the baseline (baseline.go), not of this commit (changed.go) or not new (changes.go).
//
// JudgeAudit (audit.go) is such a run over load balancers that run somewhere, an Inventory, in the place of files.
// Check is such a run. Trace and Paths end after the second step. What .wslint.yaml declares is read by ParseConfig
// (config.go, declared.go, hops.go, yaml.go); fixes are gathered by NewPatch (fix.go) and written by its Write
// (write.go).
package lint
