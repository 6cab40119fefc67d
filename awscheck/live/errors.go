package live

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"unicode"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/wslint/wslint/awscheck/records"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/internal/redact"
)

// Errors of answers that the SDK takes for good ones.
var (
	errEmpty   = errors.New("the answer is 200 and empty")
	errCut     = errors.New("the answer is cut short")
	errForeign = errors.New("the answer is not one of AWS: a captive portal or proxy may be in between")
	errPages   = errors.New("a page of the list came a second time")
	errGaveUp  = errors.New("given up")
)

// skewed is what AWS says of a signature with another time than its own.
var skewed = lazyregexp.New(`(?i)signature (expired|not yet current)`)

// classify tells classes apart by the error's code, else by the HTTP status: emulators and proxies have codes of
// their own.
func classify(err error) records.Class {
	var api smithy.APIError
	code := ""
	if errors.As(err, &api) {
		code = api.ErrorCode()
	}
	var response *awshttp.ResponseError
	status := 0
	if errors.As(err, &response) && response.Response != nil {
		status = response.HTTPStatusCode()
	}
	has := func(codes ...string) bool { return slices.Contains(codes, code) }
	switch {
	case has("ExpiredToken", "ExpiredTokenException"):
		return records.ClassExpired
	case has("RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired"),
		has("SignatureDoesNotMatch", "InvalidSignatureException") && skewed.MatchString(api.ErrorMessage()):
		return records.ClassClock
	case has("InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "InvalidAccessKeyId", "OptInRequired",
		"RegionDisabledException"):
		return records.ClassNotEnabled
	case has("Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "RequestThrottled",
		"SlowDown") || status == http.StatusTooManyRequests:
		return records.ClassThrottled
	case has("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized",
		"AccessDeniedForDependencyException"):
		return records.ClassDenied
	}
	return classifyTransport(err, status)
}

func classifyTransport(err error, status int) records.Class {
	var timeout net.Error
	var decode *smithy.DeserializationError
	switch {
	case errors.Is(err, errPages):
		return records.ClassPages
	case errors.Is(err, errGaveUp):
		return records.ClassGaveUp
	case errors.Is(err, errForeign):
		return records.ClassForeign
	case errors.Is(err, errEmpty), errors.Is(err, errCut):
		return records.ClassBody
	case status >= 500:
		return records.ClassServer
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		return records.ClassDenied
	case errors.Is(err, context.Canceled):
		return records.ClassCanceled
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return records.ClassTimeout
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &decode):
		return records.ClassBody
	case status == 0:
		return records.ClassConnection
	}
	return records.ClassOther
}

// gone reports whether the resource was deleted since it was listed.
func gone(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains([]string{
		"LoadBalancerNotFound", "LoadBalancerNotFoundException", "AccessPointNotFound", "ListenerNotFound", "RuleNotFound",
		"TargetGroupNotFound",
	}, api.ErrorCode())
}

// brief is an error in one line without what the SDK wraps round it: "AccessDenied: User: … is not authorized".
func brief(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		code := notCode.ReplaceAllString(api.ErrorCode(), "")
		return strings.TrimSuffix(code+": "+oneLine(api.ErrorMessage()), ": ")
	}
	s := oneLine(err.Error())
	for _, known := range []error{errEmpty, errCut, errForeign, errPages, errGaveUp} {
		if i := strings.Index(s, known.Error()); i >= 0 {
			return s[i:]
		}
	}
	var decode *smithy.DeserializationError
	switch {
	case errors.As(err, &decode) && decode.Err != nil:
		return "the answer cannot be decoded: " + oneLine(decode.Err.Error())
	case strings.Contains(err.Error(), "Client.Timeout"), errors.Is(err, context.DeadlineExceeded):
		return "no whole answer within the time for one attempt"
	}
	if i := strings.LastIndex(s, "StatusCode: "); i >= 0 {
		s = strings.TrimPrefix(s[i:], "StatusCode: 0, RequestID: , ")
	}
	return s
}

// notCode is what no code of an error has.
var notCode = lazyregexp.New(`[^\w.:-]|.{81,}`)

// details begin the part of a message that repeats the signed request, with its session token, or a blob that only
// IAM can
// read.
var details = lazyregexp.New(
	`(?is)\s*(The canonical string|The string-to-sign|Encoded authorization failure message|x-amz-security-token|` +
		`"?(Session|Security)Token"?\s*[:=]|Credential=).*`,
)

// oneLine keeps messages of unknown length and origin readable: one line without the request that it is about, without
// secrets and without what a terminal obeys.
func oneLine(s string) string {
	s = details.ReplaceAllString(s, "")
	s = strings.Join(strings.Fields(redact.Text(strings.ToValidUTF8(s, "\uFFFD"))), " ")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 300 {
		s = string(r[:300]) + "…"
	}
	return s
}
