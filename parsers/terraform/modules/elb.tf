# What terraform-aws-modules/elb/aws makes of its inputs. Ours, after its documentation.
variable "create_elb" { default = true }
variable "name" { default = null }
variable "idle_timeout" { default = 60 }
variable "connection_draining" { default = false }
variable "connection_draining_timeout" { default = 300 }
variable "listener" { default = [] }
variable "number_of_instances" { default = 0 }

resource "aws_elb" "this" {
  count                       = var.create_elb ? 1 : 0
  name                        = var.name
  idle_timeout                = var.idle_timeout
  connection_draining         = var.connection_draining
  connection_draining_timeout = var.connection_draining_timeout

  dynamic "listener" {
    for_each = var.listener
    content {
      instance_port     = listener.value.instance_port
      instance_protocol = listener.value.instance_protocol
      lb_port           = listener.value.lb_port
      lb_protocol       = listener.value.lb_protocol
    }
  }
}

output "elb_id" { value = try(aws_elb.this[0].id, null) }
output "elb_arn" { value = try(aws_elb.this[0].arn, null) }
output "elb_name" { value = try(aws_elb.this[0].name, null) }
output "elb_dns_name" { value = try(aws_elb.this[0].dns_name, null) }
output "elb_zone_id" { value = try(aws_elb.this[0].zone_id, null) }
