package awstest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// configRequest is a call of AWS Config about an aggregator.
type configRequest struct {
	ConfigurationAggregatorName, NextToken, Expression string
	Limit                                              int
	ResourceIdentifiers                                []struct {
		SourceAccountId, SourceRegion, ResourceId, ResourceType string
	}
}

// config answers for AWS Config. What queries answer has the shape of recordings: SelectResourceConfig of 2019 and
// 2021 (cloud-custodian, see ORIGINS.md beside them) and SelectAggregateResourceConfig of 2025 over three accounts
// (github.com/nsiow/yams, testdata/real-world): each result is a text with the selected fields alone, configuration
// and supplementaryConfiguration are objects in it, the latter {} where there is none, and tags are a list. None of
// them is about a load balancer.
func (w *World) config(rw http.ResponseWriter, r *Request) {
	var in configRequest
	json.Unmarshal(r.Body, &in)
	texts, ok := w.Aggregators[in.ConfigurationAggregatorName]
	if !ok {
		Fail(
			rw,
			r,
			http.StatusBadRequest,
			"NoSuchConfigurationAggregatorException",
			"there is no aggregator "+in.ConfigurationAggregatorName,
		)
		return
	}
	items, err := w.decoded(in.ConfigurationAggregatorName, texts)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	switch {
	case r.Action == "BatchGetAggregateResourceConfig":
		batch(rw, r, in, items)
	case in.Limit > 100:
		Fail(rw, r, http.StatusBadRequest, "InvalidLimitException", "the limit is 100")
	default:
		w.query(rw, r, in, items)
	}
}

// decoded are the items of an aggregator.
func (w *World) decoded(name string, texts []string) ([]Any, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.items[name] != nil {
		return w.items[name], nil
	}
	items := []Any{}
	for _, text := range texts {
		var item Any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber() // 443.0 stays 443.0
		if err := d.Decode(&item); err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	if w.items == nil {
		w.items = map[string][]Any{}
	}
	w.items[name] = items
	return items, nil
}

// query answers SELECT a, b [WHERE resourceType IN ('x', 'y')] [GROUP BY a]. Pages hold two results at most: there
// may be as many as there are.
func (w *World) query(rw http.ResponseWriter, r *Request, in configRequest, items []Any) {
	selected, rest, ok := strings.Cut(strings.TrimPrefix(in.Expression, "SELECT "), " WHERE resourceType IN (")
	selected, group, grouped := strings.Cut(selected, " GROUP BY ")
	fields := strings.Split(selected, ", ")
	if ok {
		types := strings.Split(strings.Trim(rest, "')"), "', '")
		items = slices.DeleteFunc(slices.Clone(items), func(i Any) bool {
			return !slices.Contains(types, i["resourceType"].(string))
		})
	}
	at, _ := strconv.Atoi(in.NextToken)
	size := min(in.Limit, cmp.Or(w.ConfigPage, 2))
	first, end, more := 0, 0, false
	if !grouped { // only the page is made
		first = min(at, len(items))
		end = min(first+size, len(items))
		items, more = items[first:end], end < len(items)
	}
	var results []Any
	counts := map[any]int{}
	for _, item := range items {
		if grouped {
			if counts[item[group]]++; counts[item[group]] > 1 {
				continue
			}
		}
		result := Any{}
		for _, f := range fields {
			if v, ok := item[f]; ok {
				result[f] = v
			}
		}
		if slices.Contains(fields, "supplementaryConfiguration") &&
			(w.Withheld || result["supplementaryConfiguration"] == nil) {
			result["supplementaryConfiguration"] = Any{}
		}
		results = append(results, result)
	}
	info, texts := []any{}, []any{}
	for _, f := range fields {
		info = append(info, Any{"Name": f})
	}
	for _, result := range results {
		if grouped {
			result["COUNT(*)"] = counts[result[group]]
		}
		texts = append(texts, text(result))
	}
	if grouped {
		first = min(at, len(texts))
		end = min(first+size, len(texts))
		texts, more = texts[first:end], end < len(texts)
	}
	out := Any{"Results": texts, "QueryInfo": Any{"SelectFields": info}}
	if more {
		out["NextToken"] = strconv.Itoa(end)
	}
	answerJSON(rw, out)
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// batch answers with the items that are asked for, as documented: configuration is a text, the values of
// supplementaryConfiguration are texts, times are numbers, and there are no tags.
func batch(rw http.ResponseWriter, r *Request, in configRequest, items []Any) {
	if n := len(in.ResourceIdentifiers); n < 1 || n > 100 {
		Fail(rw, r, http.StatusBadRequest, "ValidationException", "1 to 100 resources can be asked for")
		return
	}
	found, missing := []any{}, []any{}
	for _, id := range in.ResourceIdentifiers {
		i := slices.IndexFunc(items, func(i Any) bool {
			return i["accountId"] == id.SourceAccountId && i["awsRegion"] == id.SourceRegion &&
				i["resourceId"] == id.ResourceId &&
				i["resourceType"] == id.ResourceType
		})
		if i < 0 {
			missing = append(missing, id)
			continue
		}
		out := with(items[i], "configuration", text(items[i]["configuration"]))
		delete(out, "tags")
		if t, err := time.Parse(time.RFC3339, out["configurationItemCaptureTime"].(string)); err == nil {
			out["configurationItemCaptureTime"] = t.Unix()
		}
		texts := Any{}
		supplementary, _ := items[i]["supplementaryConfiguration"].(Any)
		for k, v := range supplementary {
			s, ok := v.(string)
			if !ok {
				s = text(v)
			}
			texts[k] = s
		}
		out["supplementaryConfiguration"] = texts
		found = append(found, out)
	}
	answerJSON(rw, Any{"BaseConfigurationItems": found, "UnprocessedResourceIdentifiers": missing})
}
