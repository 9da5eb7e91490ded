"""An emulator of Huawei Cloud ModelArts resource pools."""
