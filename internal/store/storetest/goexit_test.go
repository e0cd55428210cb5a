package storetest

import "runtime"

func goexit() { runtime.Goexit() }
