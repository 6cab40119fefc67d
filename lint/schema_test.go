package lint

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
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

// TestSchemaAgrees: what the parser takes is valid, and most of what it refuses is not.
func TestSchemaAgrees(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	compiled, err := c.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	for text, valid := range map[string]bool{
		"keepalive: none": true,
		"keepalive: {every: 1m30s, from: client, kind: pong}":            true,
		"keepalive: {every: 25}":                                         false,
		"keepalive: {from: server}":                                      false,
		"hops: {a: {idle: none, restart: either, counts: packets}}":      true,
		"paths: [{url: 'wss://a/', through: [alb, nginx: a.conf]}]":      true,
		"paths: [{url: 'https://a/'}]":                                   false,
		"rules: {skip: zero-timeout, severity: {zero-timeout: info}}":    true,
		"rules: {skip: [zero-timeuot]}":                                  false,
		"rules: {severity: {zero-timeout: bad}}":                         false,
		"ignore: [{rule: zero-timeout, reason: x, until: '2027-01-31'}]": true,
		"ignore: [{rule: zero-timeout}]":                                 false,
		"ignore: [{rule: zero-timeout, reason: x, until: soon}]":         false,
		"overrides: [{path: 'a/**', skip: [zero-timeout]}]":              true,
		"overrides: [{skip: [zero-timeout]}]":                            false,
		"fail-on: sometimes":                                             false,
		"targets: {nginx: 1.28}":                                         true,
	} {
		if _, err := ParseConfig("c", []byte(text)); (err == nil) != valid {
			t.Errorf("%s: the parser says %v", text, err)
		}
		doc, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(value); (err == nil) != valid {
			t.Errorf("%s: the schema says %v", text, err)
		}
	}
}

// TestStarter: the first configuration file declares nothing, and holds no mistake once its comments are taken for
// text.
func TestStarter(t *testing.T) {
	if _, err := ParseConfig("c", []byte(Starter)); err != nil {
		t.Error(err)
	}
	var b strings.Builder
	for line := range strings.Lines(Starter) {
		if key := strings.TrimPrefix(line, "# "); strings.HasPrefix(key, " ") ||
			regexp.MustCompile(`^[a-z-]+:( \{| \w+$|$)`).MatchString(strings.TrimSuffix(key, "\n")) {
			b.WriteString(key)
		}
	}
	if c, err := ParseConfig("c", []byte(b.String())); err != nil || len(c.Paths) != 1 || len(c.Ignore) != 1 ||
		c.Targets["nginx"] == "" {
		t.Errorf("%v in\n%s", err, b.String())
	}
}
