package haproxy_test

import (
	"crypto/tls"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/wslint/wslint/internal/oracle"
)

// A truthCase is one section of a file in testdata/truth-haproxy: a configuration whose comments beginning with #! say what is sent
// to it. Nothing says what comes of it: that a real HAProxy does. A case without a defaults section gets the usual one.
//
//	-- T tunnel replaces client and server --
//	#! watch 4s
//	listen ws
//	  bind *:80
//	  …
type truthCase struct {
	name    string
	conf    string
	o       oracle.Options
	p       oracle.Probe
	unknown bool   // the prediction is to be unknown
	any     bool   // it may be unknown or not
	outcome string // "open", "answered 404", "open cut": what both are to be; "" for whatever HAProxy does
}

const usualDefaults = "defaults\n  mode http\n  timeout connect 1s\n  timeout client 5s\n  timeout server 5s\n"

// truthCases reads all files of the directory.
func truthCases(t *testing.T, dir string) []truthCase {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", dir, err)
	}
	var all []truthCase
	names := map[string]bool{}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, section := range archive.Files {
			c, err := newTruthCase(section.Name, string(section.Data))
			if err != nil {
				t.Fatalf("%s: %s: %v", file, section.Name, err)
			}
			if names[c.name] {
				t.Fatalf("%s: there are two cases called %q", file, c.name)
			}
			names[c.name] = true
			all = append(all, c)
		}
	}
	return all
}

func newTruthCase(name, conf string) (c truthCase, err error) {
	c = truthCase{name: name, conf: conf}
	if !strings.Contains(conf, "\ndefaults") && !strings.HasPrefix(conf, "defaults") {
		c.conf = usualDefaults + conf
	}
	c.o.Apps = map[string]oracle.App{}
	c.p.URL, c.p.Header = "ws://chat.test/ws", map[string][]string{}
	for line := range strings.Lines(conf) {
		text, ok := strings.CutPrefix(line, "#!")
		if !ok {
			continue
		}
		key, value, _ := strings.Cut(strings.TrimSpace(text), " ")
		if err := c.option(key, strings.TrimSpace(value)); err != nil {
			return c, fmt.Errorf("#! %s: %w", key, err)
		}
	}
	return c, nil
}

func (c *truthCase) option(key, value string) (err error) {
	switch key {
	case "url":
		c.p.URL = value
	case "browser":
		c.p.Browser = value
	case "header": // "X: " sends an empty one
		name, v, _ := strings.Cut(value, ":")
		c.p.Header[name] = append(c.p.Header[name], strings.TrimPrefix(v, " "))
	case "without":
		c.p.Header[value] = nil
	case "protocols":
		c.p.Protocols = strings.Fields(value)
	case "method":
		c.p.Method = value
	case "proto":
		c.p.Proto = value
	case "proxy":
		c.p.PROXY = true
	case "client":
		c.p.Client, err = parseTalk(value)
	case "server":
		c.p.Server, err = parseTalk(value)
	case "watch":
		c.p.Watch, err = time.ParseDuration(value)
	case "patience":
		c.p.Patience, err = time.ParseDuration(value)
	case "reload":
		c.p.Reload = true
	case "shorten":
		c.o.Shorten, err = strconv.ParseFloat(value, 64)
	case "app":
		err = c.app(value)
	case "expect":
		c.outcome = value
	case "unknown":
		c.unknown = true
	default:
		err = fmt.Errorf("no such option")
	}
	return err
}

// app reads "auth:80 status 204" and the like.
func (c *truthCase) app(value string) (err error) {
	f := strings.Fields(value)
	var app oracle.App
	for i := 1; i < len(f) && err == nil; i++ {
		switch f[i] {
		case "status":
			app.Status, err = strconv.Atoi(f[i+1])
			i++
		case "dead":
			app.Kind = oracle.Dead
		case "silent":
			app.Kind = oracle.Silent
		case "slams":
			app.Kind = oracle.Slams
		case "plain":
			app.PlainOnly = true
		case "tls":
			app.TLS = &tls.Config{}
		case "proxy":
			app.PROXYHeader = true
		case "noprotocol":
			app.NoProtocol = true
		default:
			err = fmt.Errorf("%q says nothing about an application", f[i])
		}
	}
	c.o.Apps[f[0]] = app
	return err
}

// parseTalk reads "pings 400ms nopong".
func parseTalk(value string) (talk oracle.Talk, err error) {
	f := strings.Fields(value)
	for i := 0; i < len(f) && err == nil; i++ {
		switch f[i] {
		case "nopong":
			talk.NoPong = true
		case "pings":
			talk.Pings, err = time.ParseDuration(f[i+1])
			i++
		case "data":
			talk.Data, err = time.ParseDuration(f[i+1])
			i++
		default:
			err = fmt.Errorf("%q is no talk", f[i])
		}
	}
	return talk, err
}
