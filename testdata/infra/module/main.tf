module "edge" {
  source = "./edge"

  certificate  = "arn:aws:acm:eu-west-1:123456789012:certificate/x"
  idle_timeout = 60
}
