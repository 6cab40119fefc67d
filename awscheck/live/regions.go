package live

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/account"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/smithy-go"
	"github.com/wslint/wslint/awscheck/records"
)

// A regionState is a region and whether the account can use it.
type regionState struct {
	name    string
	enabled bool
}

// regions lists the regions of an account to read, and the coverage of those that are not. The list of the account
// API is asked first, then that of EC2, which older policies allow; the regions that are enabled everywhere come
// last, and then something is missing.
func (f *fetch) regions(ctx context.Context, cfg aws.Config, id string) (read []string, rest []records.Coverage) {
	if len(f.scope.Regions) > 0 {
		return f.scope.Regions, nil
	}
	list, first := f.asks(ctx, "ListRegions", "account", func(ctx context.Context) ([]regionState, error) {
		return listRegions(ctx, limited(cfg, nil, f.scope.Progress, "account:ListRegions"))
	})
	if first.Class != "" {
		var second records.Fault
		list, second = f.asks(ctx, "DescribeRegions", "ec2", func(ctx context.Context) ([]regionState, error) {
			return describeRegions(ctx, cfg)
		})
		if second.Class != "" {
			missing := records.Coverage{
				Account: id, Region: "opt-in regions", Status: records.Unread, Faults: []records.Fault{first, second},
			}
			always := alwaysEnabled(f.me.partition)
			if always == nil {
				always, missing.Region = []string{cfg.Region}, "other regions"
			}
			return always, []records.Coverage{missing}
		}
	}
	for _, r := range list {
		if r.enabled {
			read = append(read, r.name)
			continue
		}
		rest = append(
			rest,
			records.Coverage{
				Account: id,
				Region:  r.name,
				Status:  records.Skipped,
				Faults: []records.Fault{
					{Class: records.ClassOther, API: "ListRegions", Count: 1, Message: "not enabled in this account"},
				},
			},
		)
	}
	return read, rest
}

// asks gets a list of regions from one source, which has seconds for it: everything waits for it, and there is another
// way.
func (f *fetch) asks(
	ctx context.Context,
	api, service string,
	get func(ctx context.Context) ([]regionState, error),
) ([]regionState, records.Fault) {
	defer f.scope.Progress.wait("the regions of the account (" + service + ":" + api + ")")()
	short, cancel := context.WithTimeout(ctx, f.scope.ListTimeout)
	defer cancel()
	list, err := get(short)
	if err == nil {
		return list, records.Fault{}
	}
	fault := faultOf(ctx, api, err)
	if ctx.Err() == nil && short.Err() != nil {
		fault.Class, fault.Message = records.ClassTimeout, "no list of regions within "+f.scope.ListTimeout.String()
	}
	return nil, fault
}

func listRegions(ctx context.Context, cfg aws.Config) (list []regionState, err error) {
	client := account.NewFromConfig(cfg)
	most := int32(50)
	err = pages(func(marker *string) (*string, error) {
		out, err := client.ListRegions(ctx, &account.ListRegionsInput{MaxResults: &most, NextToken: marker})
		if err != nil {
			return nil, err
		}
		for _, r := range out.Regions {
			status := string(r.RegionOptStatus)
			list = append(list, regionState{aws.ToString(r.RegionName), status != "DISABLED" && status != "ENABLING"})
		}
		return out.NextToken, nil
	})
	if err == nil && len(list) == 0 {
		err = errEmpty
	}
	return list, err
}

func describeRegions(ctx context.Context, cfg aws.Config) ([]regionState, error) {
	status, text, err := askEC2(ctx, cfg, "Action=DescribeRegions&AllRegions=true&Version=2016-11-15")
	if err != nil {
		return nil, err
	}
	return parseRegions(status, text)
}

// askEC2 asks EC2 without its SDK module, which takes a minute to compile.
func askEC2(ctx context.Context, cfg aws.Config, body string) (status int, text []byte, err error) {
	endpoint, err := endpointOfEC2(ctx, cfg)
	if err != nil {
		return 0, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	credentials, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return 0, nil, err
	}
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(ctx, credentials, req, hex.EncodeToString(sum[:]), "ec2", cfg.Region,
		time.Now()); err != nil {
		return 0, nil, err
	}
	resp, err := cfg.HTTPClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	text, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return resp.StatusCode, text, err
}

func parseRegions(status int, text []byte) (list []regionState, err error) {
	var out struct {
		Regions []struct {
			Name   string `xml:"regionName"`
			Status string `xml:"optInStatus"`
		} `xml:"regionInfo>item"`
		Code    string `xml:"Errors>Error>Code"`
		Message string `xml:"Errors>Error>Message"`
	}
	err = xml.Unmarshal(text, &out)
	switch {
	case status != http.StatusOK && out.Code != "":
		return nil, &smithy.GenericAPIError{Code: out.Code, Message: out.Message}
	case status != http.StatusOK:
		return nil, fmt.Errorf("HTTP %d", status)
	case err != nil || len(out.Regions) == 0:
		return nil, errEmpty
	}
	for _, r := range out.Regions {
		list = append(list, regionState{r.Name, r.Status != "not-opted-in"})
	}
	return list, nil
}

// endpointOfEC2 is the URL that EC2 has in a region. The SDK's rules for the load balancers' API know every partition,
// the isolated ones too, and FIPS and dual-stack endpoints; those of EC2 differ in the first word.
func endpointOfEC2(ctx context.Context, cfg aws.Config) (string, error) {
	if cfg.BaseEndpoint != nil {
		return *cfg.BaseEndpoint, nil
	}
	o := elb.NewFromConfig(cfg).Options()
	found, err := o.EndpointResolverV2.ResolveEndpoint(ctx, elb.EndpointParameters{
		Region:       &cfg.Region,
		UseFIPS:      aws.Bool(o.EndpointOptions.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled),
		UseDualStack: aws.Bool(o.EndpointOptions.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled),
	})
	if err != nil {
		return "", err
	}
	return strings.Replace(found.URI.String(), "://elasticloadbalancing", "://ec2", 1) + "/", nil
}

// alwaysEnabled are the regions of a partition that need no opting in; nil where they are not published.
func alwaysEnabled(partition string) []string {
	switch partition {
	case "aws":
		return []string{
			"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
			"ca-central-1",
			"eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2",
			"us-west-1", "us-west-2",
		}
	case "aws-cn":
		return []string{"cn-north-1", "cn-northwest-1"}
	case "aws-us-gov":
		return []string{"us-gov-east-1", "us-gov-west-1"}
	}
	return nil
}
