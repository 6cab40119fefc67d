package awstest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// serve answers as AWS would.
func (w *World) serve(rw http.ResponseWriter, r *Request) {
	if a, ok := w.Answers[r.Action]; ok {
		answerXML(rw, strings.TrimSuffix(r.Action, " (classic)"), a)
		return
	}
	account := w.Accounts[r.Account]
	switch {
	case account == nil:
		Fail(rw, r, http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid.")
	case r.Service == "sts":
		w.sts(rw, r)
	case r.Service == "organizations":
		w.organizations(rw, r)
	case r.Service == "account":
		w.regions(rw, account)
	case r.Action == "DescribeSubnets":
		subnets(rw, r)
	case r.Service == "ec2":
		w.ec2Regions(rw, account)
	case r.Service == "config":
		w.config(rw, r)
	case r.Service == "elasticloadbalancing":
		region := account.Regions[r.Region]
		switch {
		case region != nil && region.Disabled:
			Fail(rw, r, http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid")
			return
		case region == nil && strings.HasPrefix(r.Action, "Describe"):
			region = &Region{}
		case region == nil:
			region = w.Region(r.Account, r.Region)
		}
		w.balancing(rw, r, region)
	default:
		Fail(rw, r, http.StatusBadRequest, "InvalidAction", "the double does not know the service "+r.Service)
	}
}

func (w *World) sts(rw http.ResponseWriter, r *Request) {
	switch r.Action {
	case "GetCallerIdentity":
		partition := cmp.Or(w.Partition, "aws")
		answerXML(
			rw,
			r.Action,
			Any{"Account": r.Account, "Arn": "arn:" + partition + ":iam::" + r.Account + ":user/me", "UserId": "AIDA"},
		)
	case "AssumeRole":
		part := strings.Split(r.Params.Get("RoleArn"), ":")
		if len(part) < 5 || part[1] != cmp.Or(w.Partition, "aws") || w.Accounts[part[4]] == nil {
			Fail(
				rw,
				r,
				http.StatusForbidden,
				"AccessDenied",
				"User is not authorized to perform: sts:AssumeRole on resource: "+r.Params.Get("RoleArn"),
			)
			return
		}
		answerXML(rw, r.Action, Any{"Credentials": Any{
			"AccessKeyId": "ASIA" + part[4], "SecretAccessKey": "secret", "SessionToken": "token",
			"Expiration": time.Now().Add(time.Hour).UTC().Format(time.RFC3339),
		}, "AssumedRoleUser": Any{"Arn": r.Params.Get("RoleArn"), "AssumedRoleId": "AROA:x"}})
	}
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (w *World) organizations(rw http.ResponseWriter, r *Request) {
	var in struct{ NextToken string }
	json.Unmarshal(r.Body, &in)
	ids := sorted(w.Accounts)
	at, _ := strconv.Atoi(in.NextToken)
	// Pages of two: there may be as many as there are accounts.
	end := min(at+2, len(ids))
	var list []any
	for _, id := range ids[at:end] {
		state := w.Accounts[id].State
		if state == "" {
			state = "ACTIVE"
		}
		list = append(list, Any{"Id": id, "State": state, "Status": state})
	}
	out := Any{"Accounts": list}
	if end < len(ids) {
		out["NextToken"] = strconv.Itoa(end)
	}
	answerJSON(rw, out)
}

func (w *World) regions(rw http.ResponseWriter, a *Account) {
	var list []any
	for _, name := range sorted(a.Regions) {
		status := "ENABLED_BY_DEFAULT"
		if a.Regions[name].Disabled {
			status = "DISABLED"
		}
		list = append(list, Any{"RegionName": name, "RegionOptStatus": status})
	}
	answerJSON(rw, Any{"Regions": list})
}

func (w *World) ec2Regions(rw http.ResponseWriter, a *Account) {
	var b strings.Builder
	b.WriteString("<DescribeRegionsResponse><regionInfo>")
	for _, name := range sorted(a.Regions) {
		status := "opt-in-not-required"
		if a.Regions[name].Disabled {
			status = "not-opted-in"
		}
		fmt.Fprintf(&b, "<item><regionName>%s</regionName><optInStatus>%s</optInStatus></item>", name, status)
	}
	b.WriteString("</regionInfo></DescribeRegionsResponse>")
	rw.Write([]byte(b.String()))
}
