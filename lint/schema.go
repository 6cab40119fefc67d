package lint

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A schema is one node of a JSON Schema (draft 2020-12); encoding/json sorts its keys.
type schema map[string]any

// SchemaURL is where editors find the schema.
const SchemaURL = "https://raw.githubusercontent.com/wslint/wslint/main/docs/wslint.schema.json"

// Schema is the JSON Schema of the configuration file, for editors to complete and check it by, in the draft that all
// of them read. Names of rules, applications and hops come from their tables. It takes what ParseConfig takes, but for
// the ranges of durations, of ports and of versions, and for what names of the file have to fit together.
func Schema() ([]byte, error) {
	const pattern = "A pattern of file names as .gitignore has them, relative to this file."
	s := object("What wslint cannot read in configurations: docs/configuration.md.", nil, schema{
		"targets":   object("The versions whose defaults and behaviour count.", nil, targetsSchema()),
		"keepalive": keepaliveSchema(),
		"hops":      hopsSchema(),
		"kernel":    listOf("Files and directories of sysctl settings of the hosts that run the proxies.", textOf("A file.")),
		"exclude": textOrList(
			"Files and directories that are passed over: patterns as .gitignore has them, relative to this file.",
			patternOf("")),
		"paths": listOf("The routes of your WebSockets.", pathSchema()),
		"rules": object("Which rules run, and the severity of their findings.", nil, schema{
			"only": ruleList("These rules alone."), "skip": ruleList("All but these rules."), "severity": severitySchema(),
		}),
		"min-confidence": oneOf("Minimum confidence that this is a WebSocket endpoint.", Confidences),
		"fail-on":        oneOf("The least severity that ends in exit code 1.", FailOns),
		"overrides": listOf("Other rules and severities for some files.", object("", []string{"path"}, schema{
			"path": patternOf(pattern), "skip": ruleList("All but these rules."), "severity": severitySchema(),
		})),
		"ignore": listOf("Findings that are not reported.", object("", []string{"rule", "reason"}, schema{
			"rule":   some(ruleList("The findings of these rules.")),
			"path":   patternOf(pattern),
			"at":     textOf("A pattern of ARNs or URLs; * stands for anything."),
			"reason": textOf("Why."),
			"until":  matching("The last day it holds, 2027-01-31.", `^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`),
		})),
	})
	s["$schema"], s["$id"] = "http://json-schema.org/draft-07/schema#", SchemaURL
	s["title"] = "wslint configuration (" + ConfigName + ")"
	out, err := json.MarshalIndent(s, "", "  ")
	return append(out, '\n'), err
}

func object(what string, required []string, properties schema) schema {
	s := described("object", what)
	s["properties"], s["additionalProperties"] = properties, false
	if required != nil {
		s["required"] = required
	}
	return s
}

func described(kind, what string) schema { return about(schema{"type": kind}, what) }

// about describes a node, where there is something to say.
func about(s schema, what string) schema {
	if what != "" {
		s["description"] = what
	}
	return s
}

// scalars are what the file may hold where a text is meant: 1.28 is taken for what it looks like.
var scalars = []string{"string", "number", "boolean"}

// textOf is a text that says something.
func textOf(what string) schema { return about(schema{"type": scalars, "pattern": `\S`}, what) }

// matching is a text of some form.
func matching(what, pattern string) schema {
	return about(schema{"type": "string", "pattern": pattern}, what)
}

// patternOf is a pattern of files: a line of .gitignore that is no comment.
func patternOf(what string) schema {
	return about(schema{"type": scalars, "pattern": `^!?[^#!\s/]|^!?/+[^/\s]|^!?\\.`}, what)
}

func targetsSchema() schema {
	s := schema{}
	for _, p := range Programs() {
		s[p.Name] = about(schema{"type": []string{"string", "number"}, "pattern": p.Pattern},
			fmt.Sprintf("The %s to predict for, such as %q; unset: %s.", p.Name, p.Example, p.Default))
	}
	return s
}

func listOf(what string, items schema) schema {
	s := described("array", what)
	s["items"] = items
	return s
}

func oneOf(what string, values []string) schema {
	return about(schema{"type": "string", "enum": values}, what)
}

// durationOf is an interval or the length of a timer: never 0.
func durationOf(what string) schema {
	s := matching(what, durationPattern)
	s["not"] = schema{"pattern": `^(0+d|(0+(\.0+)?(ms|s|m|h))+)$`}
	return s
}

func orNoneSchema(list ...schema) schema {
	return schema{"anyOf": append(list, schema{"const": "none"})}
}

// textOrList is a value or a list of such.
func textOrList(what string, value schema) schema {
	return about(schema{"anyOf": []schema{value, {"type": "array", "items": value}}}, what)
}

func ruleList(what string) schema {
	return textOrList(what, schema{"type": "string", "enum": ruleNames(rules.All)})
}

// some takes no empty list.
func some(s schema) schema {
	s["minItems"] = 1
	return s
}

func severitySchema() schema {
	s := described("object", "The severity of a rule's findings.")
	s["propertyNames"], s["additionalProperties"] = schema{"enum": ruleNames(rules.All)}, schema{"enum": Severities}
	return s
}

func keepaliveSchema() schema {
	return about(orNoneSchema(object("What the application sends on an idle connection.", []string{"every"}, schema{
		"every":   durationOf("Interval between keepalives, such as 25s."),
		"from":    oneOf("Who sends it.", hop.Either.Names()),
		"kind":    oneOf("What is sent.", keepaliveKinds),
		"timeout": durationOf("Close the connection if unanswered for this long."),
	}), durationOf("Interval between pings of the server, such as 25s.")),
		"What the application sends on an idle connection; none: nothing.")
}

func hopsSchema() schema {
	properties := schema{
		"idle":    orNoneSchema(durationOf("It closes a connection after this long without traffic.")),
		"life":    durationOf("It closes every connection after this long, active or idle."),
		"counts":  oneOf("What counts as traffic.", []string{catalog.Bytes.String(), catalog.Packets.String()}),
		"restart": oneOf("Whose traffic counts.", append(hop.Either.Names(), "either")),
	}
	own := object("A hop of your own.", nil, properties)
	own["anyOf"] = []schema{{"required": []string{"idle"}}, {"required": []string{"life"}}}
	s := described("object", "What is known of hops that are no files here.")
	s["patternProperties"] = schema{knownHopPattern(): object("A known hop: wslint hops lists them.", nil, properties)}
	s["additionalProperties"], s["propertyNames"] = own, schema{"minLength": 1}
	return s
}

// knownHopPattern fits the hops of the table, and those of their kinds that have names.
func knownHopPattern() string {
	names := catalog.HopNames()
	for i := range names {
		names[i] = regexp.QuoteMeta(names[i])
	}
	return "^(" + strings.Join(names, "|") + ")(/|$)"
}

func pathSchema() schema {
	formats := fileFormats()
	named := schema{
		"type": "object", "minProperties": 1, "maxProperties": 1, "properties": schema{},
		"additionalProperties": false, "description": "A file, or a hop of a kind with its name.",
	}
	for _, name := range formats {
		named["properties"].(schema)[name] = textOf("A file with a configuration of " + name + ".")
	}
	for _, name := range prefixes() {
		named["properties"].(schema)[name] = textOf("Its address.")
	}
	for _, name := range catalog.HopNames() {
		if h, _ := catalog.FindHop(name); !h.IsProgram() {
			s := textOf("Its name.")
			s["not"] = schema{"pattern": fileLikePattern()}
			named["properties"].(schema)[name] = s
		}
	}
	name := textOf("A hop: its kind, its kind and name, or a name that hops declares.")
	name["examples"] = catalog.HopNames()
	name["not"] = schema{"anyOf": []schema{
		{"enum": bareFormats()}, {"pattern": quotedPairPattern()},
		{"pattern": fileLikePattern(), "not": schema{"pattern": "^arn:"}},
	}}
	headers := described("object", "Header lines in place of the browser's; an empty value omits one.")
	headers["propertyNames"] = schema{"pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"}
	headers["additionalProperties"] = schema{"type": scalars, "pattern": `^[^\r\n]*$`}
	app := textOf("What serves the sockets.")
	app["examples"] = catalog.AppNames()
	return object("", []string{"url"}, schema{
		"url":       matching("What browsers connect to.", `^[Ww][Ss][Ss]?://[^/?#@\s]+([/?][^#]*)?$`),
		"through":   listOf("The hops in the order that a connection meets them.", schema{"anyOf": []schema{name, named}}),
		"app":       app,
		"page":      matching("The page that opens it.", `^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@\s]+([/?][^#]*)?$`),
		"keepalive": keepaliveSchema(),
		"clients": schema{
			"anyOf": []schema{
				{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^[0-9_]*[1-9][0-9_]*$"},
			},
			"description": "How many sockets are open at once.",
		},
		"subprotocols": listOf("What the browser asks for.", textOf("A subprotocol.")),
		"headers":      headers,
	})
}

// prefixes are what stands before the addresses of resources.
func prefixes() (list []string) {
	for _, r := range Readers() {
		if r.Prefix != "" {
			list = append(list, r.Prefix)
		}
	}
	return list
}
