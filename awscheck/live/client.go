package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/wslint/wslint/awscheck/records"
)

// prepare makes a configuration fit for an audit. The SDK's own client waits for an answer without end, its retries
// give up after three attempts and stop altogether once a quota is used up, and it takes an empty answer for an empty
// list. Measured.
func prepare(cfg aws.Config, s Scope) aws.Config {
	cfg = cfg.Copy()
	if client, ok := cfg.HTTPClient.(*awshttp.BuildableClient); ok || cfg.HTTPClient == nil {
		if client == nil {
			client = awshttp.NewBuildableClient()
		}
		cfg.HTTPClient = client.WithTimeout(s.AttemptTimeout).WithTransportOptions(func(t *http.Transport) {
			// All accounts share a region's host: as many connections are kept as there can be calls.
			t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, 2*s.Workers*s.Concurrency
		})
	}
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff, o.RateLimiter = s.Attempts, s.MaxBackoff, ratelimit.None
			o.Backoff = retry.NewExponentialJitterBackoff(s.MaxBackoff)
			o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(broken)}, o.Retryables...)
		})
	}
	cfg.APIOptions = append(
		cfg.APIOptions[:len(cfg.APIOptions):len(cfg.APIOptions)],
		func(stack *middleware.Stack) error {
			return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("wslint guard", guard), middleware.After)
		},
	)
	return cfg
}

// broken reports the answers that the SDK does not ask for again by itself.
func broken(err error) aws.Ternary {
	var decode *smithy.DeserializationError
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return aws.UnknownTernary
	case errors.Is(err, errEmpty),
		errors.Is(err, errCut),
		errors.Is(err, errForeign),
		errors.Is(err, io.ErrUnexpectedEOF),
		errors.As(err, &decode):
		return aws.TrueTernary
	case errors.As(err, &timeout) && timeout.Timeout():
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// maxAnswer is far above the largest page of the API.
const maxAnswer = 64 << 20

// guard looks at the body of an answer before the SDK does, which takes every 2xx for a good one.
func guard(
	ctx context.Context,
	in middleware.DeserializeInput,
	next middleware.DeserializeHandler,
) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, meta, err := next.HandleDeserialize(ctx, in)
	response, ok := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !ok || response.StatusCode >= 400 {
		return out, meta, err
	}
	var body bytes.Buffer
	if n := response.ContentLength; n > 0 && n < maxAnswer {
		body.Grow(int(n) + bytes.MinRead) // ReadFrom wants room to see the end
	}
	_, err = body.ReadFrom(io.LimitReader(response.Body, maxAnswer))
	response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(body.Bytes()))
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return out, meta, fmt.Errorf("%w: %w", errCut, err)
	case err != nil:
		return out, meta, err
	case response.StatusCode != http.StatusOK:
		return out, meta, fmt.Errorf("%w (HTTP %d)", errForeign, response.StatusCode)
	}
	request, _ := in.Request.(*smithyhttp.Request)
	return out, meta, inspect(
		body.Bytes(),
		request != nil && strings.HasPrefix(request.Header.Get("Content-Type"), "application/x-www-form-urlencoded"),
	)
}

// inspect tells whole answers from others by their ends. The Query protocol asks with a form and is answered in XML,
// which closes its root; the other protocols of AWS have JSON, which closes its braces. Of anything else the SDK
// would make an empty list. Measured.
func inspect(body []byte, form bool) error {
	text := bytes.TrimSpace(body)
	first, end := byte('{'), []byte("}")
	if form {
		first, end = '<', []byte("Response>")
	}
	head := strings.ToLower(string(text[:min(len(text), 20)]))
	switch {
	case len(text) == 0:
		return errEmpty
	case text[0] != first, strings.HasPrefix(head, "<!doctype"), strings.HasPrefix(head, "<html"):
		return errForeign
	case !bytes.HasSuffix(text, end):
		return errCut
	}
	return nil
}

// limited is cfg with every attempt waiting for its turn, and counted; where is the region that is asked, for people.
func limited(cfg aws.Config, b *bucket, p *Progress, where string) aws.Config {
	cfg = cfg.Copy()
	turn := middleware.FinalizeMiddlewareFunc(
		"wslint limiter",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput,
			middleware.Metadata, error) {
			if err := b.wait(ctx, p, where); err != nil {
				return middleware.FinalizeOutput{}, middleware.Metadata{}, err
			}
			p.Calls.Add(1)
			out, meta, err := next.HandleFinalize(ctx, in)
			if err != nil && classify(err) == records.ClassThrottled {
				p.throttled(where)
			}
			return out, meta, err
		},
	)
	cfg.APIOptions = append(
		cfg.APIOptions[:len(cfg.APIOptions):len(cfg.APIOptions)],
		func(stack *middleware.Stack) error {
			return stack.Finalize.Insert(turn, "Retry", middleware.After)
		},
	)
	return cfg
}
