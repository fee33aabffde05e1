// Command netral is the whole of Netral in one program.
package main

func main() {}
