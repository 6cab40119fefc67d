variable "certificate" {}

variable "idle" {
  default = 60
}
