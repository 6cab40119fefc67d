module "web" {
  source  = "terraform-aws-modules/alb/aws"
  version = "~> 9.0"

  name         = "web"
  idle_timeout = 60

  listeners = {
    plain = {
      port     = 80
      protocol = "HTTP"
      redirect = {
        port        = "443"
        protocol    = "HTTPS"
        status_code = "HTTP_301"
      }
    }
    secure = {
      port            = 443
      protocol        = "HTTPS"
      certificate_arn = var.certificate
      forward         = { target_group_key = "app" }
      rules = {
        grpc = {
          priority   = 10
          actions    = [{ type = "forward", target_group_key = "grpc" }]
          conditions = [{ path_pattern = { values = ["/grpc/*"] } }]
        }
      }
    }
  }

  target_groups = {
    app  = { protocol = "HTTP", port = 8080 }
    grpc = { protocol = "HTTP", port = 8081, protocol_version = "GRPC" }
  }
}

module "net" {
  source  = "terraform-aws-modules/alb/aws"
  version = "~> 9.0"

  name               = "net"
  load_balancer_type = "network"
  listeners          = { tls = { port = 443, protocol = "TCP", forward = { target_group_key = "net" } } }
  target_groups      = { net = { protocol = "TCP", port = 8443 } }
}

module "old" {
  source = "terraform-aws-modules/elb/aws"

  name     = "old"
  listener = [{ lb_port = "80", lb_protocol = "HTTP", instance_port = "8080", instance_protocol = "HTTP" }]
}

variable "certificate" {}
