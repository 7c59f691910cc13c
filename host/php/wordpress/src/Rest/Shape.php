<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Rest;

use Hookwright\Catalogue\Topic;
use Hookwright\Deliveries\Attempt;
use Hookwright\Deliveries\Delivery;
use Hookwright\Deliveries\Failure;
use Hookwright\Deliveries\Response;
use Hookwright\Registry\Webhook;

/** What stands in an answer: names with underscores, moments in UTC as RFC 3339, times in milliseconds. */
final class Shape
{
    /** Members of a webhook that a request may set, as JSON Schema. */
    public const WRITABLE = [
        'name' => ['type' => 'string', 'description' => 'For people.'],
        'url' => ['type' => 'string', 'description' => 'Where requests go.'],
        'topics' => [
            'type' => 'array',
            'items' => ['type' => 'string'],
            'description' => 'Names and patterns such as `order.*`; empty means all.',
        ],
        'status' => ['type' => 'string', 'enum' => ['active', 'paused'], 'description' => 'Whether it receives events.'],
        'description' => ['type' => 'string', 'description' => 'For people.'],
        'integration' => ['type' => 'string', 'description' => 'Who made it.'],
        'owner' => ['type' => 'string', 'description' => 'The person who answers for it.'],
        'headers' => [
            'type' => 'object',
            'additionalProperties' => ['type' => 'string'],
            'description' => 'Headers that each request carries besides; their values are never read back.',
        ],
        'dialect' => ['type' => 'string', 'description' => 'Which envelope, headers and signature the receiver expects.'],
        'format' => ['type' => 'string', 'enum' => ['json', 'form', 'xml'], 'description' => 'How the body is written.'],
        'payload_version' => ['type' => 'integer', 'description' => 'Version of the payload of the dialect.'],
        'standard_headers' => ['type' => 'boolean', 'description' => 'Whether standard headers stand beside others.'],
        'retry_schedule' => [
            'type' => 'array',
            'items' => ['type' => 'integer'],
            'description' => 'Delays before the attempts, in milliseconds; empty: the usual ones.',
        ],
        'timeout' => ['type' => 'integer', 'description' => 'For one request, in milliseconds; 0: the usual one.'],
        'requests_per_second' => ['type' => 'integer', 'description' => 'Most requests in a second; 0: no limit.'],
        'filter' => ['type' => 'string', 'description' => 'Which events by their data; empty: all.'],
    ];

    /** Members of a webhook that only Hookwright sets. */
    private const READABLE = [
        'id' => ['type' => 'string'],
        'revision' => ['type' => 'integer'],
        'status_reason' => ['type' => ['string', 'null']],
        'header_names' => ['type' => 'array', 'items' => ['type' => 'string']],
        'ping_pending' => ['type' => 'boolean'],
        'health' => ['type' => 'object'],
        'created_at' => ['type' => 'string', 'format' => 'date-time'],
        'updated_at' => ['type' => 'string', 'format' => 'date-time'],
    ];

    /** @return array<string, mixed> JSON Schema of a webhook */
    public static function webhookSchema(): array
    {
        return [
            '$schema' => 'http://json-schema.org/draft-04/schema#',
            'title' => 'hookwright-webhook',
            'type' => 'object',
            'properties' => self::WRITABLE
                + array_map(static fn (array $one) => $one + ['readonly' => true], self::READABLE),
        ];
    }

    /** @return array<string, mixed> */
    public static function webhook(Webhook $webhook): array
    {
        return [
            'id' => $webhook->id,
            'revision' => $webhook->revision,
            'name' => $webhook->name,
            'url' => $webhook->url,
            'topics' => $webhook->topics,
            'status' => $webhook->status->value,
            'status_reason' => $webhook->statusReason,
            'description' => $webhook->description,
            'integration' => $webhook->integration,
            'owner' => $webhook->owner,
            'header_names' => $webhook->headerNames,
            'dialect' => $webhook->dialect,
            'format' => $webhook->format,
            'payload_version' => $webhook->payloadVersion,
            'standard_headers' => $webhook->standardHeaders,
            'retry_schedule' => $webhook->retrySchedule,
            'timeout' => $webhook->timeout,
            'requests_per_second' => $webhook->requestsPerSecond,
            'filter' => $webhook->filter,
            'ping_pending' => $webhook->pingPending,
            'health' => [
                'delivered' => $webhook->health->delivered,
                'failed' => $webhook->health->failed,
                'consecutive_failures' => $webhook->health->consecutiveFailures,
                'failing_since' => self::moment($webhook->health->failingSince),
                'last_success_at' => self::moment($webhook->health->lastSuccessAt),
                'last_failure_at' => self::moment($webhook->health->lastFailureAt),
            ],
            'created_at' => self::moment($webhook->createdAt),
            'updated_at' => self::moment($webhook->updatedAt),
        ];
    }

    /** @return array<string, mixed> */
    public static function delivery(Delivery $delivery): array
    {
        return [
            'id' => $delivery->id,
            'event' => $delivery->eventId,
            'webhook' => $delivery->webhookId,
            'topic' => $delivery->topic,
            'state' => $delivery->state->value,
            'attempts' => $delivery->attempts,
            'test' => $delivery->test,
            'reason' => $delivery->reason,
            'due_at' => self::moment($delivery->dueAt),
            'created_at' => self::moment($delivery->createdAt),
            'finished_at' => self::moment($delivery->finishedAt),
        ];
    }

    /** @return array<string, mixed> */
    public static function attempt(Attempt $attempt): array
    {
        $value = $attempt->outcome?->value;

        return [
            'number' => $attempt->number,
            'started_at' => self::moment($attempt->startedAt),
            'duration' => $attempt->duration,
            'url' => $attempt->url,
            'status' => $value instanceof Response ? $value->status : null,
            'response' => $value instanceof Response ? self::text($value->body) : null,
            'failure' => $value instanceof Failure ? $value->message : null,
            'reason' => $attempt->reason,
        ];
    }

    /** @return array<string, mixed> */
    public static function topic(Topic $topic): array
    {
        return [
            'name' => $topic->name,
            'title' => $topic->title,
            'description' => $topic->description,
            'group' => $topic->group,
            'sources' => $topic->sources,
            'schema' => $topic->schema === null ? null : json_decode($topic->schema),
            'sample' => $topic->sample === null ? null : json_decode($topic->sample),
            'deprecated' => $topic->deprecated,
            'replaced_by' => $topic->replacedBy,
        ];
    }

    /** Bytes of strangers as text that JSON can hold. */
    public static function text(string $bytes): string
    {
        return wp_check_invalid_utf8($bytes, true);
    }

    private static function moment(?int $milliseconds): ?string
    {
        return $milliseconds === null
            ? null
            : gmdate('Y-m-d\TH:i:s', intdiv($milliseconds, 1000)) . sprintf('.%03dZ', $milliseconds % 1000);
    }
}
