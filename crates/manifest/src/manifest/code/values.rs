//! Codes of fields and values by the schema, of overlays and of variables.

super::codes! { "Fields, values, overlays and variables":
    UNKNOWN_KIND "unknown-kind"
        "`kind` names nothing that mlship knows."
        "Write `kind: ModelRelease` or `kind: Experiment`.";
    NOT_A_RELEASE "not-a-release"
        "The command takes releases, and this is an experiment."
        "Name the manifest of a release, or use `mlship experiment`.";
    UNKNOWN_FIELD "unknown-field"
        "There is no field of this name here."
        "Correct the name, or move the field where it belongs. What has no field of its own goes under `overrides`.";
    MISSING_FIELD "missing-field"
        "A field that must be there is not."
        "Add it. The manifest reference says what it takes.";
    WRONG_TYPE "wrong-type"
        "A value is of another type than the field takes, such as a text for a number."
        "Write the type that the message names.";
    NEEDS_QUOTES "needs-quotes"
        "A text is written without quotes, and YAML reads it as something else: `1.10` is the number 1.1."
        "Put it into quotes.";
    EMPTY_VALUE "empty-value"
        "A field has no value."
        "Write a value, or remove the line.";
    WRONG_LENGTH "wrong-length"
        "A text or a list is longer or shorter than the field takes."
        "Keep to the length that the message names.";
    OUT_OF_RANGE "out-of-range"
        "A number is not within the bounds of its field."
        "Write a number within the bounds that the message names.";
    UNKNOWN_VALUE "unknown-value"
        "The field takes one of a few names, and this is none of them."
        "Write one of the names in the message.";
    BAD_NAME "bad-name"
        "A name holds a character that ECS, or a load balancer's tag, does not take."
        "Use letters, digits, `-` and `_`.";
    UNKNOWN_ENVIRONMENT "unknown-environment"
        "`--env` asks for an overlay that the manifest does not have."
        "Correct the name, or add the overlay under `environments`.";
    BAD_ENVIRONMENT_NAME "bad-environment-name"
        "The name of an overlay holds a character that it can't."
        "Use 1 to 64 letters, digits, `-` and `_`.";
    UNSET_VARIABLE "unset-variable"
        "The manifest refers to a variable that neither the environment nor a file of `--vars` sets."
        "Set it where mlship runs, name the file that has it, or give a default with `${NAME:-default}`.";
    BAD_VARIABLE "bad-variable"
        "`${` begins something that is no reference to a variable."
        "Write `${NAME}`, `${NAME:-default}` or `${NAME:?message}`, or `$${` for the text itself.";
    UNKNOWN_VARIABLE "unknown-variable"
        "A file of `--vars` can't be read, and it may be the one that sets the variable."
        "Mend that file first.";
    BAD_VARIABLES_FILE "bad-variables-file"
        "A file of `--vars` is neither a mapping of names to texts, numbers and switches nor what `terraform output -json` writes."
        "Correct the place that is shown.";
    NOT_SUPPORTED_YET "not-supported-yet"
        "The field is known, and this version can't do what it asks for."
        "Remove it, or use what the message names instead.";
}
