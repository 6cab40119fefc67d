package live

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/wslint/wslint/awscheck/records"
)

// pages calls next with the marker of each page, the first one nil, until there is none. A marker that comes back
// would have the SDK's own loop run for ever, or end it without a word.
func pages(next func(marker *string) (*string, error)) error {
	seen := map[string]bool{}
	var marker *string
	for {
		following, err := next(marker)
		if err != nil {
			return err
		}
		if aws.ToString(following) == "" {
			return nil
		}
		if seen[*following] {
			return errPages
		}
		seen[*following] = true
		marker = following
	}
}

// accounts lists the accounts to read.
func (f *fetch) accounts(ctx context.Context, cfg aws.Config) ([]string, error) {
	if !f.scope.Organization {
		if len(f.scope.Accounts) > 0 {
			return f.scope.Accounts, nil
		}
		return []string{f.me.account}, nil
	}
	client := organizations.NewFromConfig(limited(cfg, nil, f.scope.Progress, "organizations"))
	defer f.scope.Progress.wait("the accounts of the organisation (organizations:ListAccounts)")()
	var active []string
	err := pages(func(marker *string) (*string, error) {
		out, err := client.ListAccounts(ctx, &organizations.ListAccountsInput{NextToken: marker})
		if err != nil {
			return nil, err
		}
		for _, a := range out.Accounts {
			// State replaces Status; an older answer has only that.
			state := string(a.State)
			if state == "" {
				state = string(a.Status)
			}
			id := aws.ToString(a.Id)
			if state == "ACTIVE" {
				active = append(active, id)
				continue
			}
			f.cover(
				records.Coverage{
					Account: id,
					Status:  records.Skipped,
					Faults: []records.Fault{
						{Class: records.ClassOther, API: "ListAccounts", Count: 1, Message: "the account is " + strings.ToLower(state)},
					},
				},
			)
		}
		return out.NextToken, nil
	})
	switch {
	case err != nil && len(active) > 0:
		f.cover(records.Coverage{Status: records.Unread, Faults: []records.Fault{faultOf(ctx, "ListAccounts", err)}})
	case err != nil:
		return nil, fmt.Errorf(
			"organizations:ListAccounts: %s: it works in the management account and in those of delegated administrators; "+
				"--accounts names accounts",
			brief(err),
		)
	case len(active) == 0:
		return nil, errors.New("organizations:ListAccounts names no active account")
	}
	return active, nil
}
