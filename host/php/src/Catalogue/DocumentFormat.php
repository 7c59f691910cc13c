<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Catalogue;

/** A form in which the catalogue is written down. */
enum DocumentFormat: string
{
    /** All that is known of each topic, as data. */
    case Json = 'json';

    /** A bundle of JSON Schema 2020-12: the data of each topic, and the body around them. */
    case JsonSchema = 'json-schema';

    /** AsyncAPI 3.0, as JSON. */
    case Asyncapi = 'asyncapi';

    /** OpenAPI 3.1 with `webhooks`, as JSON. */
    case Openapi = 'openapi';

    /** For people. */
    case Markdown = 'markdown';

    /** Types, and a union of all events that `type` discriminates. */
    case Typescript = 'typescript';
}
