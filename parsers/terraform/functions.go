package terraform

import (
	"errors"
	"fmt"
	"math/big"
	"path"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// library are the functions of Terraform that are evaluated as go-cty's standard library has them.
func library() map[string]function.Function {
	return map[string]function.Function{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "log": stdlib.LogFunc,
		"max": stdlib.MaxFunc,
		"min": stdlib.MinFunc, "parseint": stdlib.ParseIntFunc, "pow": stdlib.PowFunc, "signum": stdlib.SignumFunc,
		"chomp": stdlib.ChompFunc, "join": stdlib.JoinFunc, "lower": stdlib.LowerFunc,
		"regex": stdlib.RegexFunc, "regexall": stdlib.RegexAllFunc, "split": stdlib.SplitFunc, "strrev": stdlib.ReverseFunc,
		"substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc, "trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc,
		"trimsuffix": stdlib.TrimSuffixFunc, "trimspace": stdlib.TrimSpaceFunc, "upper": stdlib.UpperFunc,
		"chunklist": stdlib.ChunklistFunc, "coalescelist": stdlib.CoalesceListFunc, "compact": stdlib.CompactFunc,
		"concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc, "distinct": stdlib.DistinctFunc,
		"element": stdlib.ElementFunc,
		"flatten": stdlib.FlattenFunc, "keys": stdlib.KeysFunc, "merge": stdlib.MergeFunc, "range": stdlib.RangeFunc,
		"reverse": stdlib.ReverseListFunc, "setintersection": stdlib.SetIntersectionFunc,
		"setsubtract": stdlib.SetSubtractFunc,
		"setunion":    stdlib.SetUnionFunc, "slice": stdlib.SliceFunc, "sort": stdlib.SortFunc, "values": stdlib.ValuesFunc,
		"zipmap": stdlib.ZipmapFunc, "csvdecode": stdlib.CSVDecodeFunc, "jsondecode": stdlib.JSONDecodeFunc,
		"jsonencode": stdlib.JSONEncodeFunc, "formatdate": stdlib.FormatDateFunc, "timeadd": stdlib.TimeAddFunc,
		"tobool": stdlib.MakeToFunc(cty.Bool), "tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)),
		"tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)), "tonumber": stdlib.MakeToFunc(cty.Number),
		"toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)), "tostring": stdlib.MakeToFunc(cty.String),
		"format": bounded(
			stdlib.FormatFunc,
		), "formatlist": bounded(stdlib.FormatListFunc), "setproduct": bounded(stdlib.SetProductFunc),
		"indent": bounded(stdlib.IndentFunc),
	}
}

// functions are those that expressions can call; files reads what file and its like name.
func functions(files *reader) map[string]function.Function {
	all := library()
	for name, f := range ownFunctions() {
		all[name] = f
	}
	all["file"], all["fileexists"], all["templatefile"] = files.file(), files.fileExists(), files.templateFile()
	for _, name := range unevaluated {
		all[name] = unknownFunction("the function " + name + " is not evaluated")
	}
	for name, f := range all {
		all["core::"+name] = f
	}
	return all
}

// unevaluated are the functions of Terraform whose results depend on the moment, or that no setting of a load
// balancer is made with.
var unevaluated = []string{
	"abspath", "base64decode", "base64encode", "base64gunzip", "base64gzip", "base64sha256", "base64sha512", "bcrypt",
	"cidrhost",
	"cidrnetmask", "cidrsubnet", "cidrsubnets", "ephemeralasnull", "filebase64", "filebase64sha256", "filebase64sha512",
	"filemd5",
	"fileset", "filesha1", "filesha256", "filesha512", "md5", "pathexpand", "plantimestamp", "provider", "rsadecrypt",
	"sha1", "sha256",
	"sha512", "templatestring", "textdecodebase64", "textencodebase64", "timecmp", "timestamp", "transpose", "urlencode",
	"urldecode",
	"uuid", "uuidv5", "yamldecode", "yamlencode", "base64", "map", "list",
}

// unknownFunction has an unknown result.
func unknownFunction(why string) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{
			Name:             "arguments",
			Type:             cty.DynamicPseudoType,
			AllowNull:        true,
			AllowUnknown:     true,
			AllowDynamicType: true,
			AllowMarked:      true,
		},
		Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) {
			return unknownBecause(why), nil
		},
	})
}

// bounded refuses arguments that ask for more than fits: a width of a million in a format, or the product of large
// sets.
func bounded(f function.Function) function.Function {
	return function.New(&function.Spec{
		Params: f.Params(), VarParam: f.VarParam(),
		Type: func(args []cty.Value) (cty.Type, error) {
			if err := reasonable(args); err != nil {
				return cty.NilType, err
			}
			return f.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f.Call(args) },
	})
}

func reasonable(args []cty.Value) error {
	product := 1
	for _, a := range args {
		a, _ = a.UnmarkDeep()
		if !a.IsKnown() || a.IsNull() {
			continue
		}
		switch {
		case a.Type() == cty.String && wide(a.AsString()):
			return errors.New("a width is too large")
		case a.Type() == cty.Number:
			if n, _ := a.AsBigFloat().Int64(); n > mostItems {
				return errors.New("a number is too large")
			}
		case a.CanIterateElements():
			if product *= max(a.LengthInt(), 1); product > mostItems {
				return errors.New("the result is too large")
			}
		}
	}
	return nil
}

// wide reports whether a format has a width of more than three digits.
func wide(s string) bool {
	for _, part := range strings.Split(s, "%")[1:] {
		digits := 0
		for _, c := range part {
			if c >= '0' && c <= '9' {
				digits++
			} else if !strings.ContainsRune("+-# .*[]", c) {
				break
			}
		}
		if digits > 3 {
			return true
		}
	}
	return false
}

// ownFunctions are those that go-cty lacks, or has in another form than Terraform.
func ownFunctions() map[string]function.Function {
	str := func(name string) function.Parameter { return function.Parameter{Name: name, Type: cty.String} }
	predicate := func(f func(s, t string) bool) function.Function {
		return function.New(&function.Spec{
			Params: []function.Parameter{str("string"), str("part")}, Type: function.StaticReturnType(cty.Bool),
			Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) {
				return cty.BoolVal(f(a[0].AsString(), a[1].AsString())), nil
			},
		})
	}
	text := func(f func(string) string) function.Function {
		return function.New(&function.Spec{
			Params: []function.Parameter{str("path")}, Type: function.StaticReturnType(cty.String),
			Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) { return cty.StringVal(f(a[0].AsString())), nil },
		})
	}
	return map[string]function.Function{
		"startswith": predicate(
			strings.HasPrefix,
		), "endswith": predicate(strings.HasSuffix), "strcontains": predicate(strings.Contains),
		"basename": text(path.Base), "dirname": text(path.Dir),
		"alltrue": quantified(true), "anytrue": quantified(false),
		"one": one(), "length": length(), "sum": sum(), "index": position(), "replace": replace(),
		"matchkeys": unknownFunction("the function matchkeys is not evaluated"),
		"sensitive": identity(), "nonsensitive": identity(),
		"issensitive": unknownFunction("the function issensitive is not evaluated"),
	}
}

// identity returns what it is given.
func identity() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{
				Name:             "value",
				Type:             cty.DynamicPseudoType,
				AllowNull:        true,
				AllowUnknown:     true,
				AllowDynamicType: true,
				AllowMarked:      true,
			},
		},
		Type: func(a []cty.Value) (cty.Type, error) { return a[0].Type(), nil },
		Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) { return a[0], nil },
	})
}

// quantified is alltrue, or anytrue.
func quantified(all bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "list", Type: cty.List(cty.Bool), AllowUnknown: true},
		}, Type: function.StaticReturnType(cty.Bool),
		Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) {
			if !a[0].IsKnown() {
				return cty.UnknownVal(cty.Bool), nil
			}
			unknown := false
			for it := a[0].ElementIterator(); it.Next(); {
				switch _, v := it.Element(); {
				case !v.IsKnown():
					unknown = true
				case v.IsNull() || v.True() != all:
					return cty.BoolVal(!all), nil
				}
			}
			if unknown {
				return cty.UnknownVal(cty.Bool), nil
			}
			return cty.BoolVal(all), nil
		},
	})
}

// collection is a parameter that takes any collection with its marks.
func collection() function.Parameter {
	return function.Parameter{
		Name:             "list",
		Type:             cty.DynamicPseudoType,
		AllowDynamicType: true,
		AllowMarked:      true,
		AllowUnknown:     true,
	}
}

// one is the only element of a collection, null without one.
func one() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{collection()}, Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) {
			list, marks := a[0].Unmark()
			if !list.IsKnown() {
				return cty.DynamicVal.WithMarks(marks), nil
			}
			if list.IsNull() || !list.CanIterateElements() || list.LengthInt() > 1 {
				return cty.NilVal, errors.New("one takes a list of one element or none")
			}
			for it := list.ElementIterator(); it.Next(); {
				_, v := it.Element()
				return v.WithMarks(marks), nil
			}
			return cty.NullVal(cty.DynamicPseudoType).WithMarks(marks), nil
		},
	})
}

// length is that of a text or a collection. What a collection holds need not be known.
func length() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{collection()}, Type: function.StaticReturnType(cty.Number),
		Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) {
			v, marks := a[0].Unmark()
			switch {
			case !v.IsKnown():
				return cty.UnknownVal(cty.Number).WithMarks(marks), nil
			case v.IsNull():
				return cty.NilVal, errors.New("length takes a text or a collection")
			case v.Type() == cty.String:
				return cty.NumberIntVal(int64(len([]rune(v.AsString())))).WithMarks(marks), nil
			case v.CanIterateElements():
				return v.Length().WithMarks(marks), nil
			}
			return cty.NilVal, errors.New("length takes a text or a collection")
		},
	})
}

func sum() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "list", Type: cty.List(cty.Number)},
		}, Type: function.StaticReturnType(cty.Number),
		Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) {
			total := cty.Zero
			for it := a[0].ElementIterator(); it.Next(); {
				_, v := it.Element()
				if v.IsNull() {
					return cty.NilVal, errors.New("sum takes numbers")
				}
				total = total.Add(v)
			}
			return total, nil
		},
	})
}

// position is where a list has a value.
func position() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "list", Type: cty.List(cty.DynamicPseudoType)},
			{Name: "value", Type: cty.DynamicPseudoType},
		},
		Type: function.StaticReturnType(cty.Number),
		Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) {
			i := 0
			for it := a[0].ElementIterator(); it.Next(); i++ {
				_, v := it.Element()
				w, err := convert.Convert(a[1], v.Type())
				if err == nil && v.Equals(w).IsKnown() && v.Equals(w).True() {
					return cty.NumberIntVal(int64(i)), nil
				}
			}
			return cty.NilVal, errors.New("index finds nothing")
		},
	})
}

// replace replaces texts, and what a regular expression between slashes matches.
func replace() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "string", Type: cty.String},
			{Name: "what", Type: cty.String},
			{Name: "by", Type: cty.String},
		},
		Type: function.StaticReturnType(cty.String),
		Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) {
			s, what, by := a[0].AsString(), a[1].AsString(), a[2].AsString()
			if len(what) > 1 && what[0] == '/' && what[len(what)-1] == '/' {
				return stdlib.RegexReplace(a[0], cty.StringVal(what[1:len(what)-1]), a[2])
			}
			if n := strings.Count(s, what); len(s)+n*len(by) > mostValue {
				return cty.NilVal, errors.New("the result is too large")
			}
			return cty.StringVal(strings.ReplaceAll(s, what, by)), nil
		},
	})
}

// numberText is a number as people write it; an error when it has more digits than anybody reads.
func numberText(v cty.Value) (string, error) {
	f := v.AsBigFloat()
	if n, exact := f.Int64(); exact == big.Exact && n != 0 { // which most numbers are
		return strconv.FormatInt(n, 10), nil
	}
	if f.IsInf() {
		return "", errors.New("the number is infinite")
	}
	if e := f.MantExp(nil); e > 4096 || e < -4096 {
		return "", fmt.Errorf("the number has some %s digits", strconv.Itoa(e*3/10))
	}
	return f.Text('f', -1), nil
}

// numberOrText is a known value of a primitive type as text.
func numberOrText(v cty.Value) (string, error) {
	if v.Type() == cty.Number {
		return numberText(v)
	}
	t, err := convert.Convert(v, cty.String)
	if err != nil {
		return "", err
	}
	return t.AsString(), nil
}
