//! Between SDK types and ECS's wire form, by the SDK's own schemas.
//!
//! What a plan shows is therefore exactly what ECS gets, and fields that ECS does not know are
//! found by reading a document into the SDK's type and back.

use aws_sdk_ecs::operation::create_service::CreateServiceInput;
use aws_sdk_ecs::operation::register_task_definition::RegisterTaskDefinitionInput;
use aws_smithy_json::codec::JsonCodec;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_schema::codec::Codec;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

use mlship_core::release::unknown_fields;
use mlship_core::shape::{Document, DocumentKind, Path};

/// Returns a document as an SDK type has it.
pub(super) fn document(value: &dyn SerializableStruct) -> Document {
    let mut serializer = JsonCodec::default().create_serializer();
    let written = serializer.write_struct(value.schema(), value);
    let json = written
        .ok()
        .and_then(|()| serde_json::from_slice(&serializer.finish()).ok());
    match json {
        Some(Value::Object(document)) => document,
        _ => Document::new(),
    }
}

/// Replaces a request's body, so that ECS gets the planned document to the letter.
pub(super) fn send(request: &mut HttpRequest, document: &Document) {
    let body = Value::Object(document.clone()).to_string();
    request
        .headers_mut()
        .insert("content-length", body.len().to_string());
    *request.body_mut() = SdkBody::from(body);
}

/// What `RegisterTaskDefinition` would not understand of a document.
///
/// # Errors
/// The reason, when ECS's model cannot read the document at all.
pub fn unknown_in_task_definition(document: &Document) -> Result<Vec<Path>, String> {
    unknown(DocumentKind::TaskDefinition, document, |codec, bytes| {
        RegisterTaskDefinitionInput::deserialize(&mut codec.create_deserializer(bytes))
    })
}

/// What `CreateService` would not understand of a document.
///
/// # Errors
/// The reason, when ECS's model cannot read the document at all.
pub fn unknown_in_service(document: &Document) -> Result<Vec<Path>, String> {
    unknown(DocumentKind::Service, document, |codec, bytes| {
        CreateServiceInput::deserialize(&mut codec.create_deserializer(bytes))
    })
}

fn unknown<T: SerializableStruct>(
    kind: DocumentKind,
    given: &Document,
    read: impl Fn(&JsonCodec, &[u8]) -> Result<T, SerdeError>,
) -> Result<Vec<Path>, String> {
    let given = Value::Object(given.clone());
    let understood = read(&JsonCodec::default(), given.to_string().as_bytes())
        .map_err(|error| error.to_string())?;
    Ok(unknown_fields(
        kind,
        &given,
        &Value::Object(document(&understood)),
    ))
}
