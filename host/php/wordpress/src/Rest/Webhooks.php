<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Rest;

use Hookwright\Exception\HookwrightException;
use Hookwright\Registry;
use Hookwright\Registry\NewWebhook;
use Hookwright\Registry\Options;
use Hookwright\Registry\Query;
use Hookwright\Registry\Sort;
use Hookwright\Registry\Status;
use Hookwright\Registry\WebhookChanges;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Cli\Worker;
use Hookwright\WordPress\Site;
use WP_Error;
use WP_REST_Request;
use WP_REST_Response;

/** Webhooks over REST: list, make, read, change, delete, several at once, test, another secret. */
final class Webhooks
{
    private const ID = '(?P<id>wh_[a-z0-9]+)';

    /** Changes in one batch. */
    private const BATCH = 100;

    public function __construct(private readonly Site $site)
    {
    }

    public function register(): void
    {
        $writable = Shape::WRITABLE;
        $created = ['secret' => ['type' => 'string', 'description' => 'Default: a new one, in the answer.']] + $writable;
        $created['url']['required'] = true;
        $revision = ['revision' => ['type' => 'integer', 'description' => 'That the caller has seen; another one is refused.']];
        $schema = ['schema' => Shape::webhookSchema(...)];
        register_rest_route(Route::SPACE, '/webhooks', [
            Route::of($this->site, 'GET', $this->list(...), Route::paged() + [
                'search' => ['type' => 'string'],
                'status' => ['type' => 'string', 'enum' => array_column(Status::cases(), 'value')],
                'topic' => ['type' => 'string'],
                'orderby' => ['type' => 'string', 'enum' => array_column(Sort::cases(), 'value'), 'default' => 'created'],
                'order' => ['type' => 'string', 'enum' => ['asc', 'desc'], 'default' => 'desc'],
            ]),
            Route::of($this->site, 'POST', $this->create(...), $created),
        ] + $schema);
        $list = ['type' => 'array', 'items' => ['type' => 'object'], 'default' => []];
        register_rest_route(Route::SPACE, '/webhooks/batch', [
            Route::of($this->site, 'POST, PUT, PATCH', $this->batch(...), [
                'create' => $list,
                'update' => $list,
                'delete' => ['type' => 'array', 'items' => ['type' => 'string'], 'default' => []],
            ]),
        ]);
        register_rest_route(Route::SPACE, '/webhooks/' . self::ID, [
            Route::of($this->site, 'GET', $this->read(...)),
            Route::of($this->site, 'POST, PUT, PATCH', $this->update(...), $writable + $revision),
            Route::of($this->site, 'DELETE', $this->delete(...)),
        ] + $schema);
        register_rest_route(Route::SPACE, '/webhooks/' . self::ID . '/test', [
            Route::of($this->site, 'POST', $this->test(...), ['topic' => ['type' => 'string']]),
        ]);
        register_rest_route(Route::SPACE, '/webhooks/' . self::ID . '/secret', [
            Route::of($this->site, 'POST', $this->rotate(...), [
                'secret' => ['type' => 'string'],
                'overlap' => [
                    'type' => 'integer',
                    'default' => 86_400_000,
                    'description' => 'For how long the former one signs too, in milliseconds.',
                ],
            ]),
        ]);
    }

    private function list(WP_REST_Request $request): WP_REST_Response
    {
        $page = $this->registry()->find(new Query(
            scope: Scope::all(),
            sort: Sort::from((string) $request['orderby']),
            descending: $request['order'] === 'desc',
            paging: Route::paging($request),
            search: $request['search'],
            status: isset($request['status']) ? Status::from($request['status']) : null,
            topic: $request['topic'],
        ));

        return Route::page(array_map(Shape::webhook(...), $page->items), $page->total, $request);
    }

    private function create(WP_REST_Request $request): WP_REST_Response
    {
        $made = $this->make($request->get_params());
        $response = new WP_REST_Response($made, 201);
        $response->header('Location', rest_url(Route::SPACE . '/webhooks/' . $made['id']));

        return $response;
    }

    private function read(WP_REST_Request $request): WP_REST_Response
    {
        return new WP_REST_Response(Shape::webhook($this->registry()->get(Scope::all(), (string) $request['id'])));
    }

    private function update(WP_REST_Request $request): WP_REST_Response
    {
        return new WP_REST_Response($this->change((string) $request['id'], $request->get_params()));
    }

    private function delete(WP_REST_Request $request): WP_REST_Response|WP_Error
    {
        $webhook = Shape::webhook($this->registry()->get(Scope::all(), (string) $request['id']));
        [$result] = $this->registry()->delete(Scope::all(), [(string) $request['id']]);

        return $result instanceof HookwrightException
            ? Route::refusal($result)
            : new WP_REST_Response(['deleted' => true, 'previous' => $webhook]);
    }

    private function test(WP_REST_Request $request): WP_REST_Response
    {
        [$taken, $told] = (new Worker($this->site))->test((string) $request['id'], $request['topic']);

        return new WP_REST_Response(['taken' => $taken, 'message' => $told]);
    }

    private function rotate(WP_REST_Request $request): WP_REST_Response
    {
        $made = $this->registry()->rotateSecret(Scope::all(), (string) $request['id'], $request['secret'], (int) $request['overlap']);

        return new WP_REST_Response(Shape::webhook($made->webhook) + ['secret' => $made->secret]);
    }

    /** Each change has a result of its own: one that is refused does not spoil the others. */
    private function batch(WP_REST_Request $request): WP_REST_Response|WP_Error
    {
        [$create, $update, $delete] = [(array) $request['create'], (array) $request['update'], (array) $request['delete']];
        if (count($create) + count($update) + count($delete) > self::BATCH) {
            return new WP_Error('rest_invalid_param', sprintf(
                /* translators: %d: a number of changes */
                __('A batch holds %d changes at most.', 'hookwright'),
                self::BATCH,
            ), ['status' => 413]);
        }
        $answers = ['create' => [], 'update' => [], 'delete' => []];
        foreach ($create as $given) {
            $answers['create'][] = self::either(fn () => $this->checked((array) $given, fn (array $valid) => $this->make($valid)));
        }
        foreach ($update as $given) {
            $id = is_string($given['id'] ?? null) ? $given['id'] : '';
            $answers['update'][] = ['id' => $id] + self::either(
                fn () => $this->checked((array) $given, fn (array $valid) => $this->change($id, $valid)),
            );
        }
        $gone = $delete === [] ? [] : $this->registry()->delete(Scope::all(), array_values($delete));
        foreach (array_values($delete) as $position => $id) {
            $result = $gone[$position] ?? null;
            $answers['delete'][] = ['id' => $id] + ($result instanceof HookwrightException
                ? self::refused(Route::refusal($result))
                : ['deleted' => true]);
        }

        return new WP_REST_Response($answers);
    }

    /**
     * @param array<string, mixed>                                $given
     * @param \Closure(array<string, mixed>): array<string, mixed> $work
     *
     * @return array<string, mixed>|WP_Error
     */
    private function checked(array $given, \Closure $work): array|WP_Error
    {
        $schema = ['type' => 'object', 'properties' => Shape::WRITABLE];
        $valid = rest_validate_value_from_schema($given, $schema, 'webhook');
        if (is_wp_error($valid)) {
            $valid->add_data(['status' => 400]);

            return $valid;
        }

        return $work((array) rest_sanitize_value_from_schema($given, $schema, 'webhook'));
    }

    /**
     * @param \Closure(): (array<string, mixed>|WP_Error) $work
     *
     * @return array<string, mixed>
     */
    private static function either(\Closure $work): array
    {
        try {
            $result = $work();
        } catch (HookwrightException $error) {
            $result = Route::refusal($error);
        }

        return $result instanceof WP_Error ? self::refused($result) : $result;
    }

    /** @return array<string, mixed> */
    private static function refused(WP_Error $error): array
    {
        return ['error' => [
            'code' => $error->get_error_code(),
            'message' => $error->get_error_message(),
            'data' => $error->get_error_data(),
        ]];
    }

    /**
     * @param array<string, mixed> $given
     *
     * @return array<string, mixed> the webhook and its secret
     */
    private function make(array $given): array
    {
        $made = $this->registry()->create(new NewWebhook(
            url: (string) ($given['url'] ?? ''),
            topics: array_values((array) ($given['topics'] ?? [])),
            name: $given['name'] ?? null,
            status: isset($given['status']) ? Status::from($given['status']) : null,
            secret: $given['secret'] ?? null,
            options: self::options($given),
        ));
        // It is greeted with a ping.
        $this->site->deliverSoon();

        return Shape::webhook($made->webhook) + ['secret' => $made->secret];
    }

    /**
     * @param array<string, mixed> $given
     *
     * @return array<string, mixed>
     */
    private function change(string $id, array $given): array
    {
        $changed = $this->registry()->update(Scope::all(), $id, new WebhookChanges(
            name: $given['name'] ?? null,
            url: $given['url'] ?? null,
            topics: isset($given['topics']) ? array_values((array) $given['topics']) : null,
            status: isset($given['status']) ? Status::from($given['status']) : null,
            revision: isset($given['revision']) ? (int) $given['revision'] : null,
            options: self::options($given),
        ));
        // What was held while it was paused is due.
        $this->site->deliverSoon();

        return Shape::webhook($changed);
    }

    /** @param array<string, mixed> $given */
    private static function options(array $given): Options
    {
        $headers = $given['headers'] ?? null;

        return new Options(
            description: $given['description'] ?? null,
            integration: $given['integration'] ?? null,
            owner: $given['owner'] ?? null,
            headers: is_array($headers) ? array_map(
                static fn (int|string $name, mixed $value) => [(string) $name, (string) $value],
                array_keys($headers),
                $headers,
            ) : null,
            dialect: $given['dialect'] ?? null,
            format: $given['format'] ?? null,
            payloadVersion: $given['payload_version'] ?? null,
            standardHeaders: $given['standard_headers'] ?? null,
            retrySchedule: isset($given['retry_schedule']) ? array_values((array) $given['retry_schedule']) : null,
            timeout: $given['timeout'] ?? null,
            requestsPerSecond: $given['requests_per_second'] ?? null,
            filter: $given['filter'] ?? null,
        );
    }

    private function registry(): Registry
    {
        return $this->site->hookwright()->registry;
    }
}
