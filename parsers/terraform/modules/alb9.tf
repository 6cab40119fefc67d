# What terraform-aws-modules/alb/aws makes of its inputs in versions 9 and 10, as far as a WebSocket is concerned. Ours, after its
# documentation and main.tf of v10.5.0: nobody's deployment.
variable "create" { default = true }
variable "name" { default = null }
variable "load_balancer_type" { default = "application" }
variable "idle_timeout" { default = null }
variable "client_keep_alive" { default = null }
variable "desync_mitigation_mode" { default = null }
variable "drop_invalid_header_fields" { default = true }
variable "preserve_host_header" { default = null }
variable "xff_header_processing_mode" { default = null }
variable "default_port" { default = 80 }
variable "default_protocol" { default = "HTTP" }
variable "listeners" { default = {} }
variable "target_groups" { default = {} }

resource "aws_lb" "this" {
  count                      = var.create ? 1 : 0
  name                       = var.name
  load_balancer_type         = var.load_balancer_type
  idle_timeout               = var.idle_timeout
  client_keep_alive          = var.client_keep_alive
  desync_mitigation_mode     = var.desync_mitigation_mode
  drop_invalid_header_fields = var.drop_invalid_header_fields
  preserve_host_header       = var.preserve_host_header
  xff_header_processing_mode = var.xff_header_processing_mode
}

resource "aws_lb_listener" "this" {
  for_each          = { for k, v in var.listeners : k => v if var.create }
  load_balancer_arn = aws_lb.this[0].arn
  port              = coalesce(try(each.value.port, null), var.default_port)
  protocol          = coalesce(try(each.value.protocol, null), var.default_protocol)
  alpn_policy       = try(each.value.alpn_policy, null)
  # The module drops it unless the protocol is TCP, and so does AWS: what is written is kept here, so that somebody can be told.
  tcp_idle_timeout_seconds = try(each.value.tcp_idle_timeout_seconds, null)

  dynamic "mutual_authentication" {
    for_each = try(each.value.mutual_authentication, null) == null ? [] : [each.value.mutual_authentication]
    content {
      mode = mutual_authentication.value.mode
    }
  }
  dynamic "default_action" {
    for_each = try(each.value.authenticate_cognito, null) == null ? [] : [each.value.authenticate_cognito]
    content {
      type = "authenticate-cognito"
      authenticate_cognito {
        on_unauthenticated_request = try(default_action.value.on_unauthenticated_request, null)
      }
    }
  }
  dynamic "default_action" {
    for_each = try(each.value.authenticate_oidc, null) == null ? [] : [each.value.authenticate_oidc]
    content {
      type = "authenticate-oidc"
      authenticate_oidc {
        on_unauthenticated_request = try(default_action.value.on_unauthenticated_request, null)
      }
    }
  }
  dynamic "default_action" {
    for_each = try(each.value.jwt_validation, null) == null ? [] : [each.value.jwt_validation]
    content {
      type = "jwt-validation"
    }
  }
  dynamic "default_action" {
    for_each = try(each.value.fixed_response, null) == null ? [] : [each.value.fixed_response]
    content {
      type = "fixed-response"
      fixed_response {
        status_code = try(default_action.value.status_code, null)
      }
    }
  }
  dynamic "default_action" {
    for_each = try(each.value.forward, null) == null ? [] : [each.value.forward]
    content {
      type             = "forward"
      target_group_arn = try(aws_lb_target_group.this[default_action.value.target_group_key].arn, default_action.value.target_group_arn, default_action.value.arn)
    }
  }
  dynamic "default_action" {
    for_each = try(each.value.weighted_forward, null) == null ? [] : [each.value.weighted_forward]
    content {
      type = "forward"
      forward {
        dynamic "target_group" {
          for_each = default_action.value.target_groups
          content {
            arn    = try(aws_lb_target_group.this[target_group.value.target_group_key].arn, target_group.value.target_group_arn, target_group.value.arn)
            weight = try(target_group.value.weight, null)
          }
        }
        dynamic "stickiness" {
          for_each = try(default_action.value.stickiness, null) == null ? [] : [default_action.value.stickiness]
          content {
            enabled = try(stickiness.value.enabled, null)
          }
        }
      }
    }
  }
  dynamic "default_action" {
    for_each = try(each.value.redirect, null) == null ? [] : [each.value.redirect]
    content {
      type = "redirect"
      redirect {
        host        = try(default_action.value.host, null)
        path        = try(default_action.value.path, null)
        port        = try(default_action.value.port, null)
        protocol    = try(default_action.value.protocol, null)
        query       = try(default_action.value.query, null)
        status_code = default_action.value.status_code
      }
    }
  }
}

locals {
  rules = flatten([
    for lk, l in var.listeners : [
      for rk, r in coalesce(try(l.rules, null), {}) : { key = "${lk}/${rk}", listener = lk, rule = r }
    ]
  ])
}

resource "aws_lb_listener_rule" "this" {
  for_each     = { for r in local.rules : r.key => r if var.create }
  listener_arn = aws_lb_listener.this[each.value.listener].arn
  priority     = try(each.value.rule.priority, null)

  # Version 9 says type = "forward" in the action, version 10 forward = {…}.
  dynamic "action" {
    for_each = each.value.rule.actions
    content {
      type = replace(try(
        action.value.type,
        try(action.value.weighted_forward, null) != null ? "weighted-forward" : try(action.value.redirect, null) != null ? "redirect" :
        try(action.value.fixed_response, null) != null ? "fixed-response" : try(action.value.authenticate_oidc, null) != null ? "authenticate-oidc" :
        try(action.value.authenticate_cognito, null) != null ? "authenticate-cognito" : try(action.value.jwt_validation, null) != null ? "jwt-validation" : "forward",
      ), "weighted-", "")
      order = try(action.value.order, null)
      target_group_arn = try(
        aws_lb_target_group.this[action.value.forward.target_group_key].arn, action.value.forward.target_group_arn,
        aws_lb_target_group.this[action.value.target_group_key].arn, action.value.target_group_arn, null
      )
      dynamic "forward" {
        for_each = try(action.value.weighted_forward.target_groups, action.value.target_groups, null) == null ? [] : [action.value]
        content {
          dynamic "target_group" {
            for_each = try(forward.value.weighted_forward.target_groups, forward.value.target_groups)
            content {
              arn    = try(aws_lb_target_group.this[target_group.value.target_group_key].arn, target_group.value.target_group_arn, target_group.value.arn)
              weight = try(target_group.value.weight, null)
            }
          }
          dynamic "stickiness" {
            for_each = try(forward.value.weighted_forward.stickiness, forward.value.stickiness, null) == null ? [] : [1]
            content {
              enabled = try(forward.value.weighted_forward.stickiness.enabled, forward.value.stickiness.enabled, null)
            }
          }
        }
      }
      dynamic "redirect" {
        for_each = try(action.value.redirect, action.value.type == "redirect" ? action.value : null) == null ? [] : [try(action.value.redirect, action.value)]
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
        for_each = try(action.value.fixed_response, action.value.type == "fixed-response" ? action.value : null) == null ? [] : [try(action.value.fixed_response, action.value)]
        content {
          status_code = try(fixed_response.value.status_code, null)
        }
      }
      dynamic "authenticate_oidc" {
        for_each = try(action.value.authenticate_oidc, action.value.on_unauthenticated_request, null) == null ? [] : [1]
        content {
          on_unauthenticated_request = try(action.value.authenticate_oidc.on_unauthenticated_request, action.value.on_unauthenticated_request, null)
        }
      }
    }
  }

  dynamic "condition" {
    for_each = each.value.rule.conditions
    content {
      dynamic "host_header" {
        for_each = try(condition.value.host_header, null) == null ? [] : [condition.value.host_header]
        content {
          values       = try(host_header.value.values, null)
          regex_values = try(host_header.value.regex_values, null)
        }
      }
      dynamic "path_pattern" {
        for_each = try(condition.value.path_pattern, null) == null ? [] : [condition.value.path_pattern]
        content {
          values       = try(path_pattern.value.values, null)
          regex_values = try(path_pattern.value.regex_values, null)
        }
      }
      dynamic "http_header" {
        for_each = try(condition.value.http_header, null) == null ? [] : [condition.value.http_header]
        content {
          http_header_name = http_header.value.http_header_name
          values           = try(http_header.value.values, null)
          regex_values     = try(http_header.value.regex_values, null)
        }
      }
      dynamic "http_request_method" {
        for_each = try(condition.value.http_request_method, null) == null ? [] : [condition.value.http_request_method]
        content {
          values = http_request_method.value.values
        }
      }
      dynamic "query_string" {
        for_each = try(condition.value.query_string, null) == null ? [] : flatten([condition.value.query_string])
        content {
          key   = try(query_string.value.key, null)
          value = query_string.value.value
        }
      }
      dynamic "source_ip" {
        for_each = try(condition.value.source_ip, null) == null ? [] : [condition.value.source_ip]
        content {
          values = source_ip.value.values
        }
      }
    }
  }

  dynamic "transform" {
    for_each = coalesce(try(each.value.rule.transform, null), {})
    content {
      type = try(coalesce(transform.value.type, transform.key), transform.key)
    }
  }
}

resource "aws_lb_target_group" "this" {
  for_each               = { for k, v in var.target_groups : k => v if var.create }
  name                   = try(each.value.name, each.key)
  port                   = try(each.value.target_type, null) == "lambda" ? null : try(each.value.port, var.default_port)
  protocol               = try(each.value.target_type, null) == "lambda" ? null : try(coalesce(each.value.protocol, var.default_protocol), var.default_protocol)
  protocol_version       = try(each.value.protocol_version, null)
  target_type            = try(each.value.target_type, null)
  target_control_port    = try(each.value.target_control_port, null)
  proxy_protocol_v2      = try(each.value.proxy_protocol_v2, null)
  preserve_client_ip     = try(each.value.preserve_client_ip, null)
  deregistration_delay   = try(each.value.deregistration_delay, null)
  connection_termination = try(each.value.connection_termination, null)

  dynamic "stickiness" {
    for_each = try(each.value.stickiness, null) == null ? [] : [each.value.stickiness]
    content {
      enabled = try(stickiness.value.enabled, null)
    }
  }
  dynamic "health_check" {
    for_each = try(each.value.health_check, null) == null ? [] : [each.value.health_check]
    content {
      path    = try(health_check.value.path, null)
      matcher = try(health_check.value.matcher, null)
    }
  }
}

output "arn" { value = try(aws_lb.this[0].arn, null) }
output "id" { value = try(aws_lb.this[0].id, null) }
output "dns_name" { value = try(aws_lb.this[0].dns_name, null) }
output "zone_id" { value = try(aws_lb.this[0].zone_id, null) }
output "arn_suffix" { value = try(aws_lb.this[0].arn_suffix, null) }
output "listeners" { value = aws_lb_listener.this }
output "listener_rules" { value = aws_lb_listener_rule.this }
output "target_groups" { value = aws_lb_target_group.this }
output "security_group_id" { value = timestamp() }
output "security_group_arn" { value = timestamp() }
