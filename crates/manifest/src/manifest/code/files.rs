//! Diagnostic codes of files and their YAML.

super::codes! { "Files and YAML":
    FILE_NOT_FOUND "file-not-found"
        "There is no file of that name."
        "Check the path. A directory of manifests works too, and `-` for standard input.";
    FILE_UNREADABLE "file-unreadable"
        "The file is there and can't be read."
        "Check its permissions, and that it is a file.";
    NOT_UTF_8 "not-utf-8"
        "The file is not text in UTF-8."
        "Save it as UTF-8. If it is not text at all, check that this is the right file.";
    BINARY_FILE "binary-file"
        "The file holds a zero byte, so it is not YAML."
        "Check that this is the right file.";
    MANIFEST_TOO_BIG "manifest-too-big"
        "The file has more than 1 MiB. Manifests have a few kilobytes."
        "Check that this is the right file.";
    EMPTY_MANIFEST "empty-manifest"
        "The file holds nothing but blanks and comments."
        "Start with `apiVersion: mlship/v1` and `kind: ModelRelease`, or copy an example from `manifests/`.";
    NOT_A_MANIFEST "not-a-manifest"
        "The file is something else that describes a service: what ECS answers of a task definition or a service, or a Compose file."
        "`mlship init --from-service CLUSTER/SERVICE` writes the manifest of a service that runs, `mlship init` one to start from.";
    SKIPPED_FILE "skipped-file"
        "A YAML file in a directory of manifests is none of mlship's, and was left out."
        "Nothing, if it belongs to something else. A manifest has `apiVersion: mlship/v1`.";
    NO_MANIFESTS "no-manifests"
        "The directory holds no manifests."
        "Check the path. A manifest's file name ends in `.yaml` or `.yml`.";
    YAML_SYNTAX "yaml-syntax"
        "The file is not valid YAML."
        "Look at the place that is shown: mostly an indentation, an open quote or bracket, or a value that needs quotes.";
    SEVERAL_DOCUMENTS "several-documents"
        "The file holds more than one YAML document."
        "Put each manifest into a file of its own, and name their directory.";
    DUPLICATE_KEY "duplicate-key"
        "A field is written twice in one mapping. YAML readers disagree about which counts."
        "Keep one of them.";
    BAD_KEY "bad-key"
        "A key is not a text."
        "Write `name: value`.";
    UNKNOWN_ALIAS "unknown-alias"
        "A YAML alias (`*name`) has no anchor (`&name`) above it."
        "Add the anchor, or quote a text that begins with `*`.";
    ALIAS_LOOP "alias-loop"
        "A YAML alias stands within the value that it refers to."
        "Write the value out.";
    BAD_MERGE "bad-merge"
        "`<<` merges mappings, and its value is none."
        "Write `<<: *anchor`, where the anchor is that of a mapping.";
    UNKNOWN_TAG "unknown-tag"
        "A YAML tag such as `!Ref` means nothing here."
        "Remove the tag. A text that begins with `!` needs quotes.";
    NESTED_TOO_DEEP "nested-too-deep"
        "Values are nested deeper than any field of a manifest."
        "Check that this is the right file.";
    TOO_MANY_VALUES "too-many-values"
        "The file holds more than 20,000 values once its aliases are expanded."
        "Check its aliases, and that this is the right file.";
    TOO_MANY_PROBLEMS "too-many-problems"
        "There are more problems than are shown."
        "Mend those that are shown, and run it again.";
    INTERNAL "internal"
        "mlship could not read a manifest that it finds no fault with. That is a mistake in mlship."
        "Report it, with the manifest if you can.";
}
