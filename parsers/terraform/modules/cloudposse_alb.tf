# What cloudposse/alb/aws makes of its inputs. Ours, after its documentation.
variable "enabled" { default = null }
variable "context" { default = {} }
variable "name" { default = null }
variable "load_balancer_name" { default = "" }
variable "idle_timeout" { default = 60 }
variable "client_keep_alive" { default = 3600 }
variable "desync_mitigation_mode" { default = "defensive" }
variable "drop_invalid_header_fields" { default = false }
variable "preserve_host_header" { default = false }
variable "xff_header_processing_mode" { default = "append" }
variable "http_enabled" { default = true }
variable "http_redirect" { default = false }
variable "http_port" { default = 80 }
variable "https_enabled" { default = false }
variable "https_port" { default = 443 }
variable "default_target_group_enabled" { default = true }
variable "deregistration_delay" { default = 15 }
variable "health_check_path" { default = "/" }
variable "health_check_matcher" { default = "200-399" }
variable "listener_http_fixed_response" { default = null }
variable "listener_https_fixed_response" { default = null }
variable "listener_https_redirect" { default = null }
variable "stickiness" { default = null }
variable "target_group_name" { default = "" }
variable "target_group_port" { default = 80 }
variable "target_group_protocol" { default = "HTTP" }
variable "target_group_protocol_version" { default = "HTTP1" }
variable "target_group_target_type" { default = "ip" }

locals {
  enabled = coalesce(var.enabled, try(var.context.enabled, null), true)
  name    = coalesce(var.load_balancer_name, var.name, "alb")
}

resource "aws_lb" "default" {
  count                      = local.enabled ? 1 : 0
  name                       = local.name
  load_balancer_type         = "application"
  idle_timeout               = var.idle_timeout
  client_keep_alive          = var.client_keep_alive
  desync_mitigation_mode     = var.desync_mitigation_mode
  drop_invalid_header_fields = var.drop_invalid_header_fields
  preserve_host_header       = var.preserve_host_header
  xff_header_processing_mode = var.xff_header_processing_mode
}

resource "aws_lb_target_group" "default" {
  count                = local.enabled && var.default_target_group_enabled ? 1 : 0
  name                 = coalesce(var.target_group_name, "default")
  port                 = var.target_group_port
  protocol             = var.target_group_protocol
  protocol_version     = var.target_group_protocol_version
  target_type          = var.target_group_target_type
  deregistration_delay = var.deregistration_delay
  health_check {
    path    = var.health_check_path
    matcher = var.health_check_matcher
  }
  dynamic "stickiness" {
    for_each = var.stickiness == null ? [] : [var.stickiness]
    content {
      enabled = var.target_group_protocol == "TCP" ? false : try(stickiness.value.enabled, null)
    }
  }
}

resource "aws_lb_listener" "http_forward" {
  count             = local.enabled && var.http_enabled && var.http_redirect != true && (var.listener_http_fixed_response != null || var.default_target_group_enabled) ? 1 : 0
  load_balancer_arn = one(aws_lb.default[*].arn)
  port              = var.http_port
  protocol          = "HTTP"
  default_action {
    type             = var.listener_http_fixed_response != null ? "fixed-response" : "forward"
    target_group_arn = var.listener_http_fixed_response != null ? null : one(aws_lb_target_group.default[*].arn)
    dynamic "fixed_response" {
      for_each = var.listener_http_fixed_response != null ? [var.listener_http_fixed_response] : []
      content {
        status_code = fixed_response.value["status_code"]
      }
    }
  }
}

resource "aws_lb_listener" "http_redirect" {
  count             = local.enabled && var.http_enabled && var.http_redirect == true ? 1 : 0
  load_balancer_arn = one(aws_lb.default[*].arn)
  port              = var.http_port
  protocol          = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "https" {
  count             = local.enabled && var.https_enabled ? 1 : 0
  load_balancer_arn = one(aws_lb.default[*].arn)
  port              = var.https_port
  protocol          = "HTTPS"
  default_action {
    type             = var.listener_https_fixed_response != null ? "fixed-response" : var.listener_https_redirect != null ? "redirect" : "forward"
    target_group_arn = var.listener_https_fixed_response != null || var.listener_https_redirect != null ? null : one(aws_lb_target_group.default[*].arn)
    dynamic "fixed_response" {
      for_each = var.listener_https_fixed_response != null ? [var.listener_https_fixed_response] : []
      content {
        status_code = fixed_response.value["status_code"]
      }
    }
    dynamic "redirect" {
      for_each = var.listener_https_redirect != null ? [var.listener_https_redirect] : []
      content {
        host        = try(redirect.value["host"], null)
        path        = try(redirect.value["path"], null)
        port        = try(redirect.value["port"], null)
        protocol    = try(redirect.value["protocol"], null)
        query       = try(redirect.value["query"], null)
        status_code = redirect.value["status_code"]
      }
    }
  }
}

output "alb_arn" { value = one(aws_lb.default[*].arn) }
output "alb_name" { value = one(aws_lb.default[*].name) }
output "alb_dns_name" { value = one(aws_lb.default[*].dns_name) }
output "alb_zone_id" { value = one(aws_lb.default[*].zone_id) }
output "http_listener_arn" { value = try(aws_lb_listener.http_forward[0].arn, null) }
output "https_listener_arn" { value = one(aws_lb_listener.https[*].arn) }
output "listener_arns" { value = concat(aws_lb_listener.http_forward[*].arn, aws_lb_listener.http_redirect[*].arn, aws_lb_listener.https[*].arn) }
output "default_target_group_arn" { value = one(aws_lb_target_group.default[*].arn) }
output "security_group_id" { value = timestamp() }
