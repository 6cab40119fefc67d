data "aws_cloudfront_origin_request_policy" "all" {
  name = "Managed-AllViewer"
}
resource "aws_cloudfront_distribution" "web" {
  origin {
    origin_id   = "app"
    domain_name = "app.example.com"
    custom_origin_config {
      origin_protocol_policy = "https-only"
      http_port              = 80
      https_port             = 443
    }
  }
  origin {
    origin_id   = "files"
    domain_name = "files.s3.eu-west-1.amazonaws.com"
  }
  default_cache_behavior {
    target_origin_id       = "files"
    viewer_protocol_policy = "redirect-to-https"
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }
  ordered_cache_behavior {
    path_pattern           = "/ws/*"
    target_origin_id       = "app"
    viewer_protocol_policy = "https-only"
    cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  }
  ordered_cache_behavior {
    path_pattern             = "/live/*"
    target_origin_id         = "app"
    viewer_protocol_policy   = "https-only"
    origin_request_policy_id = data.aws_cloudfront_origin_request_policy.all.id
  }
  ordered_cache_behavior {
    path_pattern             = "/own/*"
    target_origin_id         = "app"
    viewer_protocol_policy   = "allow-all"
    origin_request_policy_id = aws_cloudfront_origin_request_policy.own.id
  }
  ordered_cache_behavior {
    path_pattern           = "/old/*"
    target_origin_id       = "app"
    viewer_protocol_policy = "allow-all"
    forwarded_values {
      query_string = true
      headers      = ["Host", "Origin", "Sec-WebSocket-Version"]
    }
  }
  ordered_cache_behavior {
    path_pattern             = "/later/*"
    target_origin_id         = "app"
    viewer_protocol_policy   = "allow-all"
    origin_request_policy_id = var.policy
  }
}
variable "policy" {}
resource "aws_cloudfront_origin_request_policy" "own" {
  headers_config {
    header_behavior = "allExcept"
    headers {
      items = ["Cookie"]
    }
  }
  query_strings_config {
    query_string_behavior = "all"
  }
}
resource "aws_apigatewayv2_api" "http" {
  name          = "http"
  protocol_type = "HTTP"
}
resource "aws_apigatewayv2_api" "sockets" {
  name          = "sockets"
  protocol_type = "WEBSOCKET"
}
resource "aws_globalaccelerator_accelerator" "ga" {
  name = "ga"
}
resource "aws_globalaccelerator_listener" "ga" {
  accelerator_arn = aws_globalaccelerator_accelerator.ga.id
  protocol        = "TCP"
  port_range {
    from_port = 400
    to_port   = 500
  }
}
