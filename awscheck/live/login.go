package live

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/wslint/wslint/awscheck/records"
	"github.com/wslint/wslint/internal/lazyregexp"
)

// A Login says whose credentials to use; whatever it leaves out the SDK finds in the environment and in ~/.aws.
type Login struct {
	Profile    string
	Region     string // the first one asked for: some region is needed to begin
	RoleARN    string // assumed first, for everything
	ExternalID string
	// AskMFA reads the code of an MFA device; nil when nobody can be asked.
	AskMFA func() (string, error)
}

// LoadConfig finds the credentials by the SDK's default chain. It makes no call.
func LoadConfig(ctx context.Context, l Login) (aws.Config, error) {
	options := []func(*config.LoadOptions) error{
		config.WithAssumeRoleCredentialOptions(func(o *stscreds.AssumeRoleOptions) {
			if l.AskMFA != nil {
				o.TokenProvider = l.AskMFA
			}
		}),
	}
	// What the SDK has to say goes to the terminal past all reports; what fails is in the coverage.
	options = append(options, config.WithLogger(logging.Nop{}))
	if l.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(l.Profile))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return cfg, plainLogin(err)
	}
	if cfg.Region == "" {
		cfg.Region = l.Region
	}
	if l.RoleARN != "" {
		if cfg.Region == "" {
			return cfg, errNoRegion
		}
		cfg = assume(cfg, l.RoleARN, l.ExternalID)
	}
	return cfg, nil
}

var (
	errNoRegion      = errors.New("no region: name one with --region or AWS_REGION, or in the profile")
	errNoCredentials = errors.New(
		"no AWS credentials: set AWS_PROFILE or --profile, log in with aws sso login, or set AWS_ACCESS_KEY_ID and " +
			"AWS_SECRET_ACCESS_KEY",
	)
)

var missingProfile = lazyregexp.New(`failed to get shared config profile, (\S+)`)

// plainLogin says what is wrong with the credentials and what to do, for the failures that are known.
func plainLogin(err error) error {
	text := err.Error()
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(text, p) {
				return true
			}
		}
		return false
	}
	profile := missingProfile.FindStringSubmatch(text)
	class := classify(err)
	// A role that AWS does not give, or that cannot be asked for, is no lack of credentials.
	answered := errors.As(err, new(smithy.APIError)) || errors.As(err, new(*smithyhttp.RequestSendError))
	switch {
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted before anything was read")
	case profile != nil:
		return fmt.Errorf(
			"there is no AWS profile %q: aws configure list-profiles lists them",
			strings.Trim(profile[1], `,"`),
		)
	case has("AssumeRoleTokenProvider session option not set"):
		return errors.New(
			"the profile asks for an MFA code and there is no terminal to ask on: get a session with aws sts " +
				"get-session-token, or use a profile without MFA",
		)
	case has("SSO token", "sso token", "InvalidGrantException", "token has expired"):
		return fmt.Errorf("the SSO session has ended or never began: aws sso login (%s)", brief(err))
	case has("no EC2 IMDS role found", "failed to refresh cached credentials, no", "static credentials are empty"),
		!answered && has("get credentials: failed to refresh cached credentials", "get identity: get credentials"):
		return errNoCredentials
	case class == records.ClassExpired:
		return fmt.Errorf("the AWS credentials have expired: log in again (%s)", brief(err))
	case class == records.ClassClock:
		return fmt.Errorf("the clock of this machine is not that of AWS: set it right (%s)", brief(err))
	case class == records.ClassNotEnabled:
		return fmt.Errorf(
			"AWS does not know these credentials: wrong keys, a deleted user, or a region that is not enabled (%s)",
			brief(err),
		)
	case errors.As(err, new(*smithyhttp.RequestSendError)), has("no such host", "dial tcp"):
		return fmt.Errorf("AWS cannot be reached: %s", plainNetwork(err))
	}
	// Not "AWS credentials: …": that is what is hidden where errors are printed.
	return fmt.Errorf("cannot sign in to AWS: %s", brief(err))
}

// plainNetwork says what stands between this machine and AWS, and what to do where that is known.
func plainNetwork(err error) string {
	text := brief(err)
	var authority x509.UnknownAuthorityError
	switch {
	case errors.As(err, &authority):
		return authority.Error() + ": AWS_CA_BUNDLE names the file of certificates to trust"
	case strings.Contains(text, "Proxy Authentication Required"), strings.Contains(text, "proxyconnect"):
		i := strings.Index(text, "Proxy Auth")
		if i < 0 {
			i = strings.Index(text, "proxyconnect")
		}
		return "the proxy of HTTPS_PROXY or HTTP_PROXY: " + strings.TrimPrefix(text[i:], "proxyconnect ")
	}
	return text
}
