package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// operators are those that are exchanged for each other.
var operators = map[token.Token]string{
	token.EQL: "!=", token.NEQ: "==", token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">",
	token.LAND: "||", token.LOR: "&&", token.ADD: "-", token.SUB: "+", token.MUL: "/", token.QUO: "*",
}

// madeUp makes n faults in each of the folders by rules. The same seed makes the same faults of the same code.
func madeUp(root string, folders []string, n int, seed uint64) ([]fault, error) {
	if len(folders) == 0 {
		return nil, errors.New("-random needs the folders of packages")
	}
	var all []fault
	for _, folder := range folders {
		folder = filepath.Clean(folder)
		names, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil {
			return nil, err
		}
		var faults []fault
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			some, err := possible(root, folder, name)
			if err != nil {
				return nil, err
			}
			faults = append(faults, some...)
		}
		r := rand.New(rand.NewPCG(seed, 1))
		r.Shuffle(len(faults), func(i, j int) { faults[i], faults[j] = faults[j], faults[i] })
		all = append(all, faults[:min(n, len(faults))]...)
	}
	return all, nil
}

// possible lists every fault that the rules make of a file.
func possible(root, folder, name string) ([]fault, error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(root, name)
	if err != nil {
		return nil, err
	}
	var faults []fault
	change := func(from, to token.Pos, text string) {
		a, b := set.Position(from), set.Position(to)
		faults = append(
			faults,
			fault{folder: folder, file: rel, from: string(src[a.Offset:b.Offset]), to: text, offset: a.Offset, line: a.Line},
		)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			return n.Tok != token.IMPORT
		case *ast.BinaryExpr:
			if other, ok := operators[n.Op]; ok {
				change(n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), other)
			}
		case *ast.UnaryExpr:
			if n.Op == token.NOT {
				change(n.OpPos, n.OpPos+1, "")
			}
		case *ast.BasicLit:
			if i, err := strconv.Atoi(n.Value); n.Kind == token.INT && err == nil {
				change(n.Pos(), n.End(), strconv.Itoa(i+1))
			}
		case *ast.Ident:
			if other := map[string]string{"true": "false", "false": "true"}[n.Name]; other != "" {
				change(n.Pos(), n.End(), other)
			}
		case *ast.IfStmt:
			change(n.Cond.Pos(), n.Cond.End(),
				"!("+string(src[set.Position(n.Cond.Pos()).Offset:set.Position(n.Cond.End()).Offset])+")")
		case *ast.ExprStmt:
			change(n.Pos(), n.End(), "")
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				change(n.Pos(), n.End(), "")
			}
		case *ast.BranchStmt:
			if n.Tok == token.CONTINUE && n.Label == nil {
				change(n.Pos(), n.End(), "break")
			}
		case *ast.ReturnStmt:
			if len(n.Results) == 0 {
				change(n.Pos(), n.End(), "")
			}
		}
		return true
	})
	return faults, nil
}
