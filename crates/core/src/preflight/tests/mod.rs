mod everywhere;
mod facts;
mod findings;
mod rollback;
mod survey;
