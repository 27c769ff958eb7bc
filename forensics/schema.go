package forensics

import _ "embed"

// SchemaJSON is the JSON Schema (draft 2020-12) of a record.
//
//go:embed record.schema.json
var SchemaJSON string
