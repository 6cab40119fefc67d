# What cloudposse/label/null says of whether a module is wanted. Ours, after its documentation. Names are made of much else.
variable "enabled" { default = null }
variable "context" { default = {} }

locals {
  enabled = coalesce(var.enabled, try(var.context.enabled, null), true)
}

output "enabled" { value = local.enabled }
output "context" { value = merge(var.context, { enabled = local.enabled }) }
output "id" { value = timestamp() }
output "id_full" { value = timestamp() }
output "name" { value = timestamp() }
output "namespace" { value = timestamp() }
output "stage" { value = timestamp() }
output "environment" { value = timestamp() }
output "tenant" { value = timestamp() }
output "delimiter" { value = timestamp() }
output "attributes" { value = timestamp() }
output "tags" { value = timestamp() }
