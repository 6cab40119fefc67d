# What terraform-aws-modules/alb/aws makes of its inputs in versions 5 to 8. Ours, after its documentation.
variable "create_lb" { default = true }
variable "name" { default = null }
variable "load_balancer_type" { default = "application" }
variable "idle_timeout" { default = 60 }
variable "desync_mitigation_mode" { default = "defensive" }
variable "drop_invalid_header_fields" { default = false }
variable "preserve_host_header" { default = false }
variable "xff_header_processing_mode" { default = null }
variable "http_tcp_listeners" { default = [] }
variable "https_listeners" { default = [] }
variable "http_tcp_listener_rules" { default = [] }
variable "https_listener_rules" { default = [] }
variable "target_groups" { default = [] }

resource "aws_lb" "this" {
  count                      = var.create_lb ? 1 : 0
  name                       = var.name
  load_balancer_type         = var.load_balancer_type
  idle_timeout               = var.idle_timeout
  desync_mitigation_mode     = var.desync_mitigation_mode
  drop_invalid_header_fields = var.drop_invalid_header_fields
  preserve_host_header       = var.preserve_host_header
  xff_header_processing_mode = var.xff_header_processing_mode
}

resource "aws_lb_target_group" "main" {
  count                  = var.create_lb ? length(var.target_groups) : 0
  name                   = try(var.target_groups[count.index].name, var.target_groups[count.index].name_prefix, null)
  port                   = try(var.target_groups[count.index].backend_port, null)
  protocol               = try(upper(var.target_groups[count.index].backend_protocol), null)
  protocol_version       = try(upper(var.target_groups[count.index].protocol_version), null)
  target_type            = try(var.target_groups[count.index].target_type, null)
  proxy_protocol_v2      = try(var.target_groups[count.index].proxy_protocol_v2, null)
  preserve_client_ip     = try(var.target_groups[count.index].preserve_client_ip, null)
  deregistration_delay   = try(var.target_groups[count.index].deregistration_delay, null)
  connection_termination = try(var.target_groups[count.index].connection_termination, null)

  dynamic "stickiness" {
    for_each = try([var.target_groups[count.index].stickiness], [])
    content {
      enabled = try(stickiness.value.enabled, null)
    }
  }
  dynamic "health_check" {
    for_each = try([var.target_groups[count.index].health_check], [])
    content {
      path    = try(health_check.value.path, null)
      matcher = try(health_check.value.matcher, null)
    }
  }
}

resource "aws_lb_listener" "frontend_http_tcp" {
  count                    = var.create_lb ? length(var.http_tcp_listeners) : 0
  load_balancer_arn        = aws_lb.this[0].arn
  port                     = var.http_tcp_listeners[count.index].port
  protocol                 = try(var.http_tcp_listeners[count.index].protocol, "HTTP")
  tcp_idle_timeout_seconds = try(var.http_tcp_listeners[count.index].tcp_idle_timeout_seconds, null)

  default_action {
    type             = try(var.http_tcp_listeners[count.index].action_type, "forward")
    target_group_arn = try(var.http_tcp_listeners[count.index].action_type, "forward") == "forward" ? aws_lb_target_group.main[try(var.http_tcp_listeners[count.index].target_group_index, count.index)].arn : null

    dynamic "redirect" {
      for_each = try([var.http_tcp_listeners[count.index].redirect], [])
      content {
        host        = try(redirect.value.host, null)
        path        = try(redirect.value.path, null)
        port        = try(redirect.value.port, null)
        protocol    = try(redirect.value.protocol, null)
        query       = try(redirect.value.query, null)
        status_code = redirect.value.status_code
      }
    }
    dynamic "fixed_response" {
      for_each = try([var.http_tcp_listeners[count.index].fixed_response], [])
      content {
        status_code = try(fixed_response.value.status_code, null)
      }
    }
  }
}

resource "aws_lb_listener" "frontend_https" {
  count             = var.create_lb ? length(var.https_listeners) : 0
  load_balancer_arn = aws_lb.this[0].arn
  port              = var.https_listeners[count.index].port
  protocol          = try(var.https_listeners[count.index].protocol, "HTTPS")
  alpn_policy       = try(var.https_listeners[count.index].alpn_policy, null)

  default_action {
    type             = try(var.https_listeners[count.index].action_type, "forward")
    target_group_arn = contains(["forward", "authenticate-cognito", "authenticate-oidc"], try(var.https_listeners[count.index].action_type, "forward")) ? aws_lb_target_group.main[try(var.https_listeners[count.index].target_group_index, count.index)].arn : null

    dynamic "redirect" {
      for_each = try([var.https_listeners[count.index].redirect], [])
      content {
        host        = try(redirect.value.host, null)
        path        = try(redirect.value.path, null)
        port        = try(redirect.value.port, null)
        protocol    = try(redirect.value.protocol, null)
        query       = try(redirect.value.query, null)
        status_code = redirect.value.status_code
      }
    }
    dynamic "fixed_response" {
      for_each = try([var.https_listeners[count.index].fixed_response], [])
      content {
        status_code = try(fixed_response.value.status_code, null)
      }
    }
  }
}

resource "aws_lb_listener_rule" "https" {
  count        = var.create_lb ? length(var.https_listener_rules) : 0
  listener_arn = aws_lb_listener.frontend_https[try(var.https_listener_rules[count.index].https_listener_index, count.index)].arn
  priority     = try(var.https_listener_rules[count.index].priority, null)

  dynamic "action" {
    for_each = var.https_listener_rules[count.index].actions
    content {
      type             = replace(action.value.type, "weighted-", "")
      target_group_arn = try(aws_lb_target_group.main[try(action.value.target_group_index, count.index)].arn, null)
      dynamic "redirect" {
        for_each = action.value.type == "redirect" ? [action.value] : []
        content {
          host        = try(redirect.value.host, null)
          path        = try(redirect.value.path, null)
          port        = try(redirect.value.port, null)
          protocol    = try(redirect.value.protocol, null)
          status_code = redirect.value.status_code
        }
      }
      dynamic "fixed_response" {
        for_each = action.value.type == "fixed-response" ? [action.value] : []
        content {
          status_code = try(fixed_response.value.status_code, null)
        }
      }
    }
  }
  dynamic "condition" {
    for_each = var.https_listener_rules[count.index].conditions
    content {
      dynamic "path_pattern" {
        for_each = try([condition.value.path_patterns], [])
        content {
          values = path_pattern.value
        }
      }
      dynamic "host_header" {
        for_each = try([condition.value.host_headers], [])
        content {
          values = host_header.value
        }
      }
      dynamic "source_ip" {
        for_each = try([condition.value.source_ips], [])
        content {
          values = source_ip.value
        }
      }
    }
  }
}

resource "aws_lb_listener_rule" "http_tcp" {
  count        = var.create_lb ? length(var.http_tcp_listener_rules) : 0
  listener_arn = aws_lb_listener.frontend_http_tcp[try(var.http_tcp_listener_rules[count.index].http_tcp_listener_index, count.index)].arn
  priority     = try(var.http_tcp_listener_rules[count.index].priority, null)

  dynamic "action" {
    for_each = var.http_tcp_listener_rules[count.index].actions
    content {
      type             = replace(action.value.type, "weighted-", "")
      target_group_arn = try(aws_lb_target_group.main[try(action.value.target_group_index, count.index)].arn, null)
      dynamic "redirect" {
        for_each = action.value.type == "redirect" ? [action.value] : []
        content {
          host        = try(redirect.value.host, null)
          path        = try(redirect.value.path, null)
          port        = try(redirect.value.port, null)
          protocol    = try(redirect.value.protocol, null)
          status_code = redirect.value.status_code
        }
      }
    }
  }
  dynamic "condition" {
    for_each = var.http_tcp_listener_rules[count.index].conditions
    content {
      dynamic "path_pattern" {
        for_each = try([condition.value.path_patterns], [])
        content {
          values = path_pattern.value
        }
      }
      dynamic "host_header" {
        for_each = try([condition.value.host_headers], [])
        content {
          values = host_header.value
        }
      }
    }
  }
}

output "lb_id" { value = try(aws_lb.this[0].id, null) }
output "lb_arn" { value = try(aws_lb.this[0].arn, null) }
output "lb_dns_name" { value = try(aws_lb.this[0].dns_name, null) }
output "lb_zone_id" { value = try(aws_lb.this[0].zone_id, null) }
output "lb_arn_suffix" { value = try(aws_lb.this[0].arn_suffix, null) }
output "this_lb_arn" { value = try(aws_lb.this[0].arn, null) }
output "http_tcp_listener_arns" { value = aws_lb_listener.frontend_http_tcp[*].arn }
output "https_listener_arns" { value = aws_lb_listener.frontend_https[*].arn }
output "http_tcp_listener_ids" { value = aws_lb_listener.frontend_http_tcp[*].id }
output "https_listener_ids" { value = aws_lb_listener.frontend_https[*].id }
output "target_group_arns" { value = aws_lb_target_group.main[*].arn }
output "target_group_names" { value = aws_lb_target_group.main[*].name }
output "security_group_id" { value = timestamp() }
