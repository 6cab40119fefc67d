package report

import (
	"fmt"

	"github.com/wslint/wslint/lint"
)

// judgedAs says as which version the configurations of a program were judged, and how that is known.
func judgedAs(v lint.Versioned) string {
	if v.Assumed {
		return fmt.Sprintf("judged as %s %s or later: no version is declared or found (--%s-version, or targets in %s)",
			v.Program, v.Number, v.Program, lint.ConfigName)
	}
	return fmt.Sprintf("judged as %s %s", v.Program, v.Version)
}

// versions says so of all programs.
func versions(r *lint.Result) (list []string) {
	for _, v := range r.Versions {
		list = append(list, clean(judgedAs(v)))
	}
	return list
}

// A versionJSON is the version that the configurations of a program were judged as.
type versionJSON struct {
	Program  string `json:"program"`
	Version  string `json:"version"`
	Assumed  bool   `json:"assumed"`
	Declared bool   `json:"declared"`
	Source   string `json:"source"`
	File     string `json:"file"`
	Line     *int   `json:"line"`
	Column   *int   `json:"column"`
}

func versionsJSON(r *lint.Result) []versionJSON {
	list := []versionJSON{}
	for _, v := range r.Versions {
		list = append(list, versionJSON{
			Program: v.Program, Version: v.Number, Assumed: v.Assumed, Declared: v.Declared, Source: v.Says,
			File: v.Pos.File, Line: positive(v.Pos.Line), Column: positive(v.Pos.Col),
		})
	}
	return list
}
