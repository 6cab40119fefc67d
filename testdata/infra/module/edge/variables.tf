variable "certificate" {}

variable "idle_timeout" {
  type = number
}
