package lint

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "rewrite docs/wslint.schema.json")

const schemaFile = "../docs/wslint.schema.json"

// TestSchemaIsCurrent: the schema that editors read is the one that this wslint prints.
func TestSchemaIsCurrent(t *testing.T) {
	got, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(schemaFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(schemaFile); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what wslint config schema prints, -update rewrites it (%v)", schemaFile, err)
	}
}

var itKnows = regexp.MustCompile(`it knows (.*)$`)

// TestSchemaKeys: the schema has the keys that the parser takes, no more and no less, at every level.
func TestSchemaKeys(t *testing.T) {
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s map[string]any
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	at := func(path ...any) any {
		var n any = s
		for _, p := range path {
			switch p := p.(type) {
			case string:
				n = n.(map[string]any)[p]
			case int:
				n = n.([]any)[p]
			}
		}
		return n
	}
	for yaml, node := range map[string]any{
		"zzzzzzz: 1": at("properties"), "targets: {zzzzzzz: 1}": at("properties", "targets", "properties"),
		"rules: {zzzzzzz: 1}":     at("properties", "rules", "properties"),
		"keepalive: {zzzzzzz: 1}": at("properties", "keepalive", "anyOf", 0, "properties"),
		"hops: {x: {zzzzzzz: 1}}": at("properties", "hops", "additionalProperties", "properties"),
		"paths: [{zzzzzzz: 1}]":   at("properties", "paths", "items", "properties"),
		"ignore: [{zzzzzzz: 1}]": at("properties",
			"ignore", "items", "properties"),
		"overrides: [{zzzzzzz: 1}]": at("properties", "overrides", "items", "properties"),
	} {
		_, err := ParseConfig("c", []byte(yaml))
		if err == nil {
			t.Errorf("%s is accepted", yaml)
			continue
		}
		m := itKnows.FindStringSubmatch(err.Error())
		if m == nil {
			t.Errorf("%s: %v", yaml, err)
			continue
		}
		keys := sortedKeys(node.(map[string]any))
		if want := strings.Split(m[1], ", "); !slices.Equal(keys, want) {
			t.Errorf("%s: the schema has %v, the parser %v", yaml, keys, want)
		}
	}
}

// TestSchemaAgrees: the schema and the parser take the same documents.
func TestSchemaAgrees(t *testing.T) {
	compiled := compiledSchema(t)
	text, err := os.ReadFile("testdata/config.txt")
	if err != nil {
		t.Fatal(err)
	}
	valid, n := true, map[bool]int{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "# "):
			valid = line != "# invalid"
			continue
		case line == "":
			continue
		}
		n[valid]++
		if _, err := ParseConfig("c", []byte(line)); (err == nil) != valid {
			t.Errorf("%s: the parser says %v", line, err)
		}
		if err := compiled.Validate(schemaValue(t, line)); (err == nil) != valid {
			t.Errorf("%s: the schema says %v", line, err)
		}
	}
	if n[true] < 40 || n[false] < 60 {
		t.Errorf("only %v documents", n)
	}
}

// TestSchemaTakesExamples: every .wslint.yaml of the pages, the documentation and the incidents is one by the schema.
func TestSchemaTakesExamples(t *testing.T) {
	compiled := compiledSchema(t)
	docs := map[string]string{}
	for _, pattern := range []string{"../docs/configuration.md", "../README.md", "../rules/*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for i, m := range regexp.MustCompile("(?s)```yaml( \\.wslint\\.yaml)?\n(.*?)```").FindAllSubmatch(src, -1) {
				if body := string(m[2]); !strings.HasPrefix(body, "repos:") && !strings.HasPrefix(body, "- uses:") {
					docs[fmt.Sprintf("%s, block %d", file, i+1)] = body
				}
			}
		}
	}
	files, err := filepath.Glob("../testdata/*/*/conf/.wslint.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		docs[file] = string(src)
	}
	if len(docs) < 30 {
		t.Errorf("only %d documents", len(docs))
	}
	for name, doc := range docs {
		_, err := ParseConfig("c", []byte(doc))
		if invalid := compiled.Validate(schemaValue(t, doc)); (err == nil) != (invalid == nil) {
			t.Errorf("%s: the parser says %v, the schema %v", name, err, invalid)
		}
	}
}

// TestSchemaIsPublishable: what SchemaStore asks of a schema.
func TestSchemaIsPublishable(t *testing.T) {
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s map[string]any
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	if s["$schema"] != "http://json-schema.org/draft-07/schema#" || s["$id"] != SchemaURL || s["title"] == nil {
		t.Errorf("$schema %v, $id %v, title %v", s["$schema"], s["$id"], s["title"])
	}
	for key, p := range s["properties"].(map[string]any) {
		if p.(map[string]any)["description"] == nil {
			t.Errorf("%s has no description", key)
		}
	}
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	compiled, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// schemaValue is a YAML document as a validator sees it.
func schemaValue(t *testing.T, doc string) any {
	t.Helper()
	text, err := yaml.YAMLToJSON([]byte(doc))
	if err != nil {
		t.Fatalf("%s: %v", doc, err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}
