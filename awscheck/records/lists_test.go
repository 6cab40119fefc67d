package records

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

// texts are JSON texts, and some that are none, of which most are understood entry by entry.
var texts = []string{
	`{}`, `{"LoadBalancers": []}`, `{"LoadBalancers": null}`, `{"LoadBalancers": [null, {}]}`, `[]`, `null`, `{"a": 1}`,
	`{"Wslint": 1, "Taken": "2026-11-30T10:00:00Z", "Coverage": [{"Account": "1", "Listed": 2}]}`,
	`{"Scope": {"Regions": ["x"]}}`,
	` {"LoadBalancers" : [ {"LoadBalancerArn": "a\"]},\\", "Type": "application"} , {"LoadBalancerArn": "b"}] }` + "\n",
	`{"LoadBalancers": [{"LoadBalancerArn": "a"}], "LoadBalancers": [{"Type": "network"}]}`,
	`{"loadbalancers": [{"loadbalancerarn": "a"}]}`, `{"LoadBalancers": {"LoadBalancerArn": "a"}}`,
	`{"LoadBalancers": [{"LoadBalancerArn": 1}]}`, `{"LoadBalancers": [{"LoadBalancerArn": "a"},]}`,
	`{"LoadBalancers": [{"LoadBalancerArn": "a"}`, `{"LoadBalancers": [{"LoadBalancerArn": "a"]]}`,
	`{"LoadBalancers": [tru e]}`, `{"Wslint": ` + "\x00" + `1}`, `{"Wslint": 99}`,
	`{"LoadBalancers": ["]}`, `{"LoadBalancers": [{"LoadBalancerArn": "a\`,
	`{"LoadBalancerArn": "a", "Attributes": [{"Key": "k", "Value": 60}]}`,
	`{"LoadBalancerArn": "a", "Attributes": [{"Key": "\u00e9", "Value": "\u00e9` + "\xff" + `"}]}`,
	`{"Listeners": [{"ListenerArn": "l", "Port": "80"}]}`,
	`{"Rules": [{"RuleArn": "r", "Priority": "1"}], "TargetGroups": [{"TargetGroupArn": "t", "Health": []}]}`,
	`{"LoadBalancerDescriptions": [{"LoadBalancerName": "c"}], "NextToken": "x"}`, `{"Wslint": 1,}`, `{"Wslint" 1}`, `{,}`,
	`{"LoadBalancers": [{"LoadBalancerArn": "\u0061\ud800"}]}{"Wslint":1}`, `{} x`, `{"LoadBalancers": [{}]}]`, `"a"`, ``,
}

// asOne is what readDocuments reads of texts that it decodes as a whole, each of them.
func asOne(src []byte) (docs []Document, err error) {
	for dec := json.NewDecoder(bytes.NewReader(src)); ; {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil && len(raw) == 0 {
			if err.Error() == "EOF" {
				return docs, nil
			}
			return nil, fmt.Errorf("not JSON, or cut short: %w", err)
		}
		if docs, err = appendDocuments(docs, raw); err != nil {
			return nil, err
		}
	}
}

// TestEntries: what is decoded entry by entry is what decoding the text as a whole makes of it, and so are the errors.
func TestEntries(t *testing.T) {
	same := func(src []byte) {
		t.Helper()
		got, err := readDocuments(src)
		want, wrong := asOne(src)
		if fmt.Sprint(err) != fmt.Sprint(wrong) || err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%.300q\nis   %v, %+v\nwant %v, %+v", src, err, got, wrong, want)
		}
	}
	for _, a := range texts {
		same([]byte(a))
		for _, b := range texts {
			same([]byte(a + b))
		}
	}
	src := dump(300)
	same(src)
	d, err := Read(src)
	if err != nil {
		t.Fatal(err)
	}
	whole, _ := json.MarshalIndent(d, "", " ")
	same(whole)
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		short, _ := json.Marshal(Document{Wslint: 1, LoadBalancers: d.LoadBalancers[:2], Listeners: d.Listeners[:1]})
		short[r.IntN(len(short))] = `"\{}[]:,x 1`[r.IntN(11)]
		same(short)
	}
}

// TestEncodings: a text is the same with a mark and in UTF-16, as PowerShell writes it.
func TestEncodings(t *testing.T) {
	src := dump(3)
	want, err := Read(src)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(src)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range [][]byte{append([]byte("\ufeff"), src...), wide} {
		if got, err := Read(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%.20q: %v, %v", text, err, got)
		}
	}
}
