package lint

import (
	"encoding/json"
	"fmt"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A schema is one node of a JSON Schema (draft 2020-12); encoding/json sorts its keys.
type schema map[string]any

// durationPattern is what time.ParseDuration takes, as far as anybody writes it.
const durationPattern = `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`

// Schema is the JSON Schema of the configuration file, for editors to complete and check it by. Names of rules,
// applications and hops come from their tables. It is laxer than wslint, which also knows what fits together.
func Schema() ([]byte, error) {
	const pattern = "A pattern of file names as .gitignore has them, relative to this file."
	s := object("What wslint cannot read in configurations: docs/configuration.md.", nil, schema{
		"targets":   object("The versions whose defaults and behaviour count.", nil, targetsSchema()),
		"keepalive": keepaliveSchema(),
		"hops":      hopsSchema(),
		"kernel":    listOf("Files and directories of sysctl settings of the hosts that run the proxies.", textOf("")),
		"exclude": textOrList(
			"Files and directories that are passed over: patterns as .gitignore has them, relative to this file.", textOf("")),
		"paths": listOf("The routes of your WebSockets.", pathSchema()),
		"rules": object("Which rules run, and the severity of their findings.", nil, schema{
			"only": ruleList("These rules alone."), "skip": ruleList("Not these rules."), "severity": severitySchema(),
		}),
		"min-confidence": oneOf("Minimum confidence that this is a WebSocket endpoint.", Confidences),
		"fail-on":        oneOf("The least severity that ends in exit code 1.", FailOns),
		"overrides": listOf("Other rules and severities for some files.", object("", []string{"path"}, schema{
			"path": textOf(pattern), "skip": ruleList("Not these rules."), "severity": severitySchema(),
		})),
		"ignore": listOf("Findings that are not reported.", object("", []string{"rule", "reason"}, schema{
			"rule":   ruleList("The findings of these rules."),
			"path":   textOf(pattern),
			"at":     textOf("A pattern of ARNs or URLs; * stands for anything."),
			"reason": textOf("Why."),
			"until":  schema{"type": "string", "format": "date", "description": "The last day it holds, 2027-01-31."},
		})),
	})
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = ConfigName
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

func described(kind, what string) schema {
	s := schema{"type": kind}
	if what != "" {
		s["description"] = what
	}
	return s
}

func textOf(what string) schema { return described("string", what) }

// version may be written as a number: the file takes 1.28 for what it looks like.
func version(what string) schema {
	return schema{"type": []string{"string", "number"}, "description": what}
}

func targetsSchema() schema {
	s := schema{}
	for _, p := range Programs() {
		s[p.Name] = version(fmt.Sprintf("The %s to predict for, such as %q; unset: %s.", p.Name, p.Example, p.Default))
	}
	return s
}

func listOf(what string, items schema) schema {
	s := described("array", what)
	s["items"] = items
	return s
}

func oneOf(what string, values []string) schema {
	s := textOf(what)
	s["enum"] = values
	return s
}

func durationOf(what string) schema {
	s := textOf(what)
	s["pattern"] = durationPattern
	return s
}

func orNoneSchema(s schema) schema { return schema{"anyOf": []schema{s, {"const": "none"}}} }

// textOrList is a value or a list of such.
func textOrList(what string, value schema) schema {
	return schema{"description": what, "anyOf": []schema{value, {"type": "array", "items": value}}}
}

func ruleList(what string) schema {
	return textOrList(what, schema{"type": "string", "enum": ruleNames(rules.All)})
}

func severitySchema() schema {
	s := described("object", "The severity of a rule's findings.")
	s["propertyNames"], s["additionalProperties"] = schema{"enum": ruleNames(rules.All)}, schema{"enum": Severities}
	return s
}

func keepaliveSchema() schema {
	return orNoneSchema(object("What the application sends on an idle connection.", []string{"every"}, schema{
		"every":   durationOf("Interval between keepalives, such as 25s."),
		"from":    oneOf("Who sends it.", hop.Either.Names()),
		"kind":    oneOf("What is sent.", keepaliveKinds),
		"timeout": durationOf("Close the connection if unanswered for this long."),
	}))
}

func hopsSchema() schema {
	s := described("object", "What is known of hops that are no files here.")
	s["additionalProperties"] = object("", nil, schema{
		"idle":    orNoneSchema(durationOf("It closes a connection after this long without traffic.")),
		"life":    durationOf("It closes every connection after this long, active or idle."),
		"counts":  oneOf("What counts as traffic.", []string{catalog.Bytes.String(), catalog.Packets.String()}),
		"restart": oneOf("Whose traffic counts.", append(hop.Either.Names(), "either")),
	})
	return s
}

func pathSchema() schema {
	file := schema{"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": textOf("A file.")}
	through := schema{"anyOf": []schema{{"type": "string", "examples": catalog.HopNames()}, file}}
	headers := described("object", "Header lines in place of the browser's.")
	headers["additionalProperties"] = textOf("")
	return object("", []string{"url"}, schema{
		"url":          schema{"type": "string", "pattern": "^wss?://", "description": "What browsers connect to."},
		"through":      listOf("The hops in the order that a connection meets them.", through),
		"app":          schema{"type": "string", "examples": catalog.AppNames(), "description": "What serves the sockets."},
		"keepalive":    keepaliveSchema(),
		"clients":      schema{"type": []string{"integer", "string"}, "description": "How many sockets are open at once."},
		"subprotocols": listOf("", textOf("")),
		"headers":      headers,
	})
}
