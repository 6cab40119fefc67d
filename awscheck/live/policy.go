package live

// Policy is the least that an audit of one account needs. Describe* of load balancers knows no resources, so Resource
// is "*".
const Policy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "WslintAudit",
      "Effect": "Allow",
      "Action": [
        "account:ListRegions",
        "elasticloadbalancing:DescribeListenerAttributes",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeLoadBalancerPolicies",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth"
      ],
      "Resource": "*"
    }
  ]
}
`

// HubPolicy is what the account needs that audits others: the list of accounts (in the management account, or that of
// a delegated administrator) and their roles.
const HubPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "WslintAccounts",
      "Effect": "Allow",
      "Action": "organizations:ListAccounts",
      "Resource": "*"
    },
    {
      "Sid": "WslintRoles",
      "Effect": "Allow",
      "Action": "sts:AssumeRole",
      "Resource": "arn:aws:iam::*:role/wslint-audit"
    }
  ]
}
`
