package awstest

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// writeXML writes a value as the Query protocol does: a list is a series of member elements.
func writeXML(b *strings.Builder, name string, v any) {
	switch v := v.(type) {
	case nil:
	case Any:
		fmt.Fprintf(b, "<%s>", name)
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			writeXML(b, k, v[k])
		}
		fmt.Fprintf(b, "</%s>", name)
	case []any:
		fmt.Fprintf(b, "<%s>", name)
		for _, e := range v {
			writeXML(b, "member", e)
		}
		fmt.Fprintf(b, "</%s>", name)
	case float64:
		fmt.Fprintf(b, "<%s>%.0f</%s>", name, v, name)
	default:
		fmt.Fprintf(b, "<%s>", name)
		xml.EscapeText(b, fmt.Append(nil, v))
		fmt.Fprintf(b, "</%s>", name)
	}
}

func answerXML(w http.ResponseWriter, action string, result Any) {
	var b strings.Builder
	fmt.Fprintf(&b, "<%sResponse xmlns=\"http://double.example/\">", action)
	writeXML(&b, action+"Result", result)
	fmt.Fprintf(&b, "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></%sResponse>", action)
	w.Header().Set("Content-Type", "text/xml")
	w.Write([]byte(b.String()))
}

func answerJSON(w http.ResponseWriter, result any) {
	b, err := json.Marshal(result)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Write(b)
}

// Fail answers with an error of the API in the protocol of the service.
func Fail(w http.ResponseWriter, r *Request, status int, code, message string) {
	if r.JSON {
		w.Header().Set("X-Amzn-ErrorType", code)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		b, _ := json.Marshal(Any{"__type": code, "message": message})
		w.Write(b)
		return
	}
	var b strings.Builder
	b.WriteString("<ErrorResponse>")
	writeXML(&b, "Error", Any{"Type": "Sender", "Code": code, "Message": message})
	b.WriteString("<RequestId>1</RequestId></ErrorResponse>")
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	w.Write([]byte(b.String()))
}
