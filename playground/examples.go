package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// An example is what the list of the page offers, in the form that a link carries.
type example struct {
	Title string `json:"title"`
	Files []file `json:"files"`
}

type file struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// fence is a block of a page: its language, the name of the file that it is, and its text.
var fence = regexp.MustCompile("(?ms)^```(\\w+)(?: (\\S+))?\n(.*?)^```$")

// writeExamples writes the examples of the page: the one that the README shows, and the recipes with their faults.
func writeExamples(root, to string) error {
	shipped := example{Title: "nginx: two causes in one file"}
	for _, name := range []string{"nginx/conf.d/chat.conf", "nginx/nginx.conf", ".wslint.yaml"} {
		text, err := os.ReadFile(filepath.Join(root, "testdata", "example", filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		shipped.Files = append(shipped.Files, file{strings.TrimPrefix(name, "nginx/"), string(text)})
	}
	list := []example{shipped}
	recipes, err := filepath.Glob(filepath.Join(root, "docs", "recipes", "*.md"))
	if err != nil {
		return err
	}
	for _, name := range recipes {
		page, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		x := recipe(string(page))
		if x.Title == "" || len(x.Files) < 2 {
			return fmt.Errorf("%s is no recipe: a title and two files are missing", name)
		}
		list = append(list, x)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

// recipe is the beginning of a recipe: the files up to the first command.
func recipe(page string) (x example) {
	title, _, _ := strings.Cut(page, "\n")
	x.Title = strings.TrimPrefix(title, "# ")
	for _, b := range fence.FindAllStringSubmatch(page, -1) {
		switch {
		case b[1] == "console":
			return x
		case b[2] != "":
			x.Files = append(x.Files, file{b[2], b[3]})
		}
	}
	return x
}
