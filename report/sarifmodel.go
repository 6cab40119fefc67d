package report

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/wslint/wslint/rules"
)

// The part of the SARIF object model that wslint writes; the names of its fields are those of the standard.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool              sarifTool         `json:"tool"`
		AutomationDetails sarifID           `json:"automationDetails"`
		Invocations       []sarifInvocation `json:"invocations"`
		ColumnKind        string            `json:"columnKind"`
		Results           []sarifResult     `json:"results"`
		// Properties has the versions that the configurations were judged as.
		Properties map[string]any `json:"properties,omitempty"`
	}
	sarifID struct {
		ID string `json:"id"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}

	sarifDriver struct {
		Name            string      `json:"name"`
		Version         string      `json:"version"`
		SemanticVersion string      `json:"semanticVersion,omitempty"`
		InformationURI  string      `json:"informationUri"`
		Rules           []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID         string         `json:"id"`
		Short      sarifText      `json:"shortDescription"`
		Full       sarifText      `json:"fullDescription"`
		Help       sarifHelp      `json:"help"`
		HelpURI    string         `json:"helpUri"`
		Default    sarifDefault   `json:"defaultConfiguration"`
		Properties map[string]any `json:"properties"`
	}
	sarifHelp struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}

	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string        `json:"level"`
		Message sarifText     `json:"message"`
		Rule    *sarifRuleRef `json:"associatedRule,omitempty"`
	}
	sarifRuleRef struct {
		ID    string `json:"id"`
		Index int    `json:"index"`
	}

	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints,omitempty"`
		CodeFlows    []sarifCodeFlow   `json:"codeFlows,omitempty"`
		Fixes        []sarifFix        `json:"fixes,omitempty"`
		Properties   map[string]any    `json:"properties"`
	}
	sarifLocation struct {
		ID       *int           `json:"id,omitempty"`
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"name"`
		Full string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifCodeFlow struct {
		Message     *sarifText        `json:"message,omitempty"`
		ThreadFlows []sarifThreadFlow `json:"threadFlows"`
	}
	sarifThreadFlow struct {
		Steps []sarifStep `json:"locations"`
	}
	sarifStep struct {
		Location sarifLocation `json:"location"`
	}

	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted sarifText   `json:"insertedContent"`
	}
)

// newSARIFRule describes a rule by its page. problem.severity is GitHub's word for the level; security-severity would
// make a security alert of it.
func newSARIFRule(r *rules.Rule) sarifRule {
	summary := sentence(r.Summary)
	x := sarifRule{
		ID: r.Name, Short: sarifText{clip(summary, maxRuleText)}, Full: sarifText{clip(summary, maxRuleText)},
		Help:    sarifHelp{summary, summary},
		HelpURI: RulePage(r),
		Default: sarifDefault{level(r.Severity)},
		Properties: map[string]any{
			"precision": "high",
			"problem.severity": [...]string{rules.Info: "recommendation", rules.Warning: "warning",
				rules.Error: "error"}[r.Severity],
			"tags": []string{"websocket", "reliability"},
		},
	}
	if page, ok := rules.Page(r.Name); ok {
		var plain bytes.Buffer
		Page(&plain, page, Options{}) // a bytes.Buffer takes everything
		x.Full.Text = clip(cmp.Or(firstParagraph(page), summary), maxRuleText)
		x.Help = sarifHelp{plain.String(), page}
	}
	return x
}

// sentence makes one of a rule's summary.
func sentence(s string) string {
	if s == "" {
		return "No summary."
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// firstParagraph is what a page says first, in one line.
func firstParagraph(page string) string {
	_, rest, _ := strings.Cut(page, "\n\n")
	p, _, _ := strings.Cut(rest, "\n\n")
	return strings.Join(strings.Fields(strings.ReplaceAll(inline(strings.ReplaceAll(p, "\n", " ")), glue, " ")), " ")
}
