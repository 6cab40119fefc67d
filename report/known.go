package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

// Hops prints what is known of hops, one line each and one for what a line has no room for.
func Hops(w io.Writer, list []catalog.Hop) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "HOP\tWEBSOCKETS\tIDLE\tRANGE\tLIFE\tCOUNTS\tSETTING")
	for _, h := range list {
		fmt.Fprintf(
			t,
			"%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			shortest(h.Name, h.Aliases),
			passes(h),
			idleText(h),
			rangeText(h),
			dash(h.Life),
			countsText(h),
			orDash(h.Key),
		)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n* not published by the vendor, but measured or reported. "+
		"? not documented, or set elsewhere.\n"+
		"if: only with a setting, which wslint hops NAME names. Values are defaults as of %s.\n"+
		"wslint hops NAME: details and sources; --format json: everything. hops in .wslint.yaml overrides and adds.\n",
		catalog.AsOf)
	return err
}

// passes says whether a hop passes WebSockets on.
func passes(h catalog.Hop) string {
	switch {
	case h.Never != "":
		return "no"
	case h.Needs != "":
		return "if"
	case h.Unsaid:
		return "?"
	}
	return "yes"
}

// shortest is the name with its shortest alias, which people use.
func shortest(name string, aliases []string) string {
	if len(aliases) == 0 {
		return name
	}
	return name + " (" + aliases[0] + ")"
}

func idleText(h catalog.Hop) string {
	switch {
	case h.Varies != "":
		return "?"
	case h.Idle == 0:
		return "-"
	case h.Guess:
		return hop.FormatDuration(h.Idle) + "*"
	}
	return hop.FormatDuration(h.Idle)
}

// unbounded is where a maximum is none that anybody meets.
const unbounded = 365 * 24 * time.Hour

func rangeText(h catalog.Hop) string {
	switch {
	case h.Fixed:
		return "fixed"
	case h.Min > 0 && h.Max > 0 && h.Max < unbounded:
		return hop.FormatDuration(h.Min) + "-" + hop.FormatDuration(h.Max)
	case h.Max > 0 && h.Max < unbounded:
		return "to " + hop.FormatDuration(h.Max)
	}
	return "-"
}

func countsText(h catalog.Hop) string {
	if h.Idle == 0 && h.Varies == "" {
		return "-"
	}
	return h.Counts.String()
}

func dash(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return hop.FormatDuration(d)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// Apps prints what is known of applications, one line each.
func Apps(w io.Writer, list []catalog.App) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "APP\tSENDS\tEVERY\tFROM\tTIMEOUT\tOWN IDLE\tLIFE\tSTICKY")
	for _, a := range list {
		sends, from, sticky := orDash(a.Kind), "-", "-"
		if a.Every > 0 {
			from = a.From.Names()[0]
		}
		if a.Sticky != "" {
			sticky = "yes"
		}
		fmt.Fprintf(
			t,
			"%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			shortest(a.Name, a.Aliases),
			sends,
			dash(a.Every),
			from,
			dash(a.Timeout),
			dash(a.SelfIdle),
			dash(a.Life),
			sticky,
		)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nDefaults as of %s; - under SENDS: nothing is sent on an idle connection.\n"+
		"wslint apps NAME: details and sources; --format json: everything. keepalive in .wslint.yaml overrides these "+
		"defaults.\n", catalog.AsOf)
	return err
}

type knownJSON[T any] struct {
	Version int    `json:"version"`
	AsOf    string `json:"asOf"`
	Hops    []T    `json:"hops,omitempty"`
	Apps    []T    `json:"apps,omitempty"`
}

type knownHopJSON struct {
	Name       string   `json:"name"`
	Aliases    []string `json:"aliases"`
	What       string   `json:"what"`
	Idle       *float64 `json:"idleSeconds"`
	IdleKnown  bool     `json:"idleKnown"`
	Min        *float64 `json:"minSeconds"`
	Max        *float64 `json:"maxSeconds"`
	Fixed      bool     `json:"fixed"`
	Life       *float64 `json:"lifeSeconds"`
	MaxLife    *float64 `json:"maxLifeSeconds"`
	AfterLoad  *float64 `json:"closesAfterReloadSeconds"`
	ReloadKey  string   `json:"reloadSetting"`
	Counts     string   `json:"counts"`
	Expiry     string   `json:"expiry"`
	Code       *int     `json:"closeCode"`
	Setting    string   `json:"setting"`
	Published  bool     `json:"published"`
	Passes     string   `json:"websockets"`
	Needs      string   `json:"needs"`
	Never      string   `json:"never"`
	Frame      *int     `json:"maxFrameBytes"`
	Message    *int     `json:"maxMessageBytes"`
	Note       string   `json:"note"`
	Source     string   `json:"source"`
	SourceDate string   `json:"sourceDate"`
}

// HopsJSON prints what is known of hops for programs.
func HopsJSON(w io.Writer, list []catalog.Hop) error {
	out := knownJSON[knownHopJSON]{Version: jsonVersion, AsOf: catalog.AsOf}
	for _, h := range list {
		j := knownHopJSON{
			Name: h.Name, Aliases: append([]string{}, h.Aliases...), What: h.What, Idle: secondsOrNil(h.Idle),
			IdleKnown: h.Varies == "",
			Min: secondsOrNil(
				h.Min,
			), Max: secondsOrNil(h.Max), Fixed: h.Fixed, Life: secondsOrNil(h.Life), MaxLife: secondsOrNil(h.MaxLife),
			Counts: countsJSON(h), Expiry: [...]string{"fin", "rst", "silence"}[h.Expiry], Code: positive(h.Code),
			Setting: h.Key, ReloadKey: h.ReloadKey, Published: !h.Guess, Note: h.Note, Source: h.Source, SourceDate: h.Date(),
			Passes: passes(h), Needs: h.Needs, Never: h.Never, Frame: positive(h.Frame), Message: positive(h.Message),
		}
		if h.Reload != 0 {
			s := max(h.Reload, 0).Seconds()
			j.AfterLoad = &s
		}
		out.Hops = append(out.Hops, j)
	}
	return writeJSON(w, out)
}

func countsJSON(h catalog.Hop) string {
	if h.Idle == 0 && h.Varies == "" {
		return "none"
	}
	return strings.ReplaceAll(h.Counts.String(), " ", "_")
}

type knownAppJSON struct {
	Name       string   `json:"name"`
	Aliases    []string `json:"aliases"`
	What       string   `json:"what"`
	Every      *float64 `json:"everySeconds"`
	From       *string  `json:"from"`
	Kind       *string  `json:"kind"`
	MovedBy    []string `json:"moves"`
	Timeout    *float64 `json:"timeoutSeconds"`
	SelfIdle   *float64 `json:"selfIdleSeconds"`
	Life       *float64 `json:"lifeSeconds"`
	Code       *int     `json:"closeCode"`
	Sticky     bool     `json:"needsStickiness"`
	Why        string   `json:"whyStickiness"`
	Note       string   `json:"note"`
	Source     string   `json:"source"`
	SourceDate string   `json:"sourceDate"`
}

// AppsJSON prints what is known of applications for programs.
func AppsJSON(w io.Writer, list []catalog.App) error {
	out := knownJSON[knownAppJSON]{Version: jsonVersion, AsOf: catalog.AsOf}
	for _, a := range list {
		j := knownAppJSON{
			Name: a.Name, Aliases: append([]string{}, a.Aliases...), What: a.What, Every: secondsOrNil(a.Every),
			MovedBy: []string{}, Timeout: secondsOrNil(a.Timeout),
			SelfIdle: secondsOrNil(
				a.SelfIdle,
			), Life: secondsOrNil(a.Life), Code: positive(a.Code), Sticky: a.Sticky != "", Why: a.Sticky,
			Note: a.Note, Source: a.Source, SourceDate: catalog.AsOf,
		}
		if a.Every > 0 {
			from, kind := a.From.Names()[0], a.Kind
			j.From, j.Kind, j.MovedBy = &from, &kind, a.Moves().Names()
		}
		out.Apps = append(out.Apps, j)
	}
	return writeJSON(w, out)
}

func secondsOrNil(d time.Duration) *float64 {
	if d == 0 {
		return nil
	}
	s := d.Seconds()
	return &s
}
