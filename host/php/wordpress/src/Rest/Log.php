<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Rest;

use Hookwright\Catalogue\Query as TopicQuery;
use Hookwright\Deliveries\Query;
use Hookwright\Deliveries\State;
use Hookwright\Exception\HookwrightException;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Site;
use WP_Error;
use WP_REST_Request;
use WP_REST_Response;

/** Deliveries and topics over REST; and publishing, for what has no PHP. */
final class Log
{
    private const ID = '(?P<id>dlv_[a-z0-9]+)';

    public function __construct(private readonly Site $site)
    {
    }

    public function register(): void
    {
        register_rest_route(Route::SPACE, '/deliveries', [
            Route::of($this->site, 'GET', $this->deliveries(...), Route::paged() + [
                'webhook' => ['type' => 'string'],
                'event' => ['type' => 'string'],
                'topic' => ['type' => 'string'],
                'state' => ['type' => 'string', 'enum' => array_column(State::cases(), 'value')],
            ]),
        ]);
        register_rest_route(Route::SPACE, '/deliveries/' . self::ID, [
            Route::of($this->site, 'GET', $this->delivery(...)),
        ]);
        register_rest_route(Route::SPACE, '/deliveries/' . self::ID . '/redeliver', [
            Route::of($this->site, 'POST', $this->redeliver(...)),
        ]);
        register_rest_route(Route::SPACE, '/topics', [
            Route::of($this->site, 'GET', $this->topics(...), Route::paged() + [
                'search' => ['type' => 'string'],
                'source' => ['type' => 'string'],
                'group' => ['type' => 'string'],
            ]),
        ]);
        register_rest_route(Route::SPACE, '/events', [
            Route::of($this->site, 'POST', $this->publish(...), [
                'topic' => ['type' => 'string', 'required' => true],
                'data' => ['type' => 'object', 'required' => true],
                'key' => ['type' => 'string', 'description' => 'The same key again stores nothing.'],
            ]),
        ]);
    }

    private function deliveries(WP_REST_Request $request): WP_REST_Response
    {
        $page = $this->site->hookwright()->deliveries->find(new Query(
            scope: Scope::all(),
            paging: Route::paging($request),
            webhookId: $request['webhook'],
            eventId: $request['event'],
            topic: $request['topic'],
            state: isset($request['state']) ? State::from($request['state']) : null,
        ));

        return Route::page(array_map(Shape::delivery(...), $page->items), $page->total, $request);
    }

    private function delivery(WP_REST_Request $request): WP_REST_Response
    {
        $details = $this->site->hookwright()->deliveries->get(Scope::all(), (string) $request['id']);

        return new WP_REST_Response(Shape::delivery($details->delivery) + [
            'payload' => Shape::text($details->payload),
            'attempt_log' => array_map(Shape::attempt(...), $details->attempts),
        ]);
    }

    private function redeliver(WP_REST_Request $request): WP_REST_Response|WP_Error
    {
        [$result] = $this->site->hookwright()->deliveries->redeliver(Scope::all(), [(string) $request['id']]);
        $this->site->deliverSoon();

        return $result instanceof HookwrightException
            ? Route::refusal($result)
            : new WP_REST_Response(['redelivered' => true], 202);
    }

    private function topics(WP_REST_Request $request): WP_REST_Response
    {
        $page = $this->site->hookwright()->catalogue->find(new TopicQuery(
            Route::paging($request),
            $request['search'],
            $request['source'],
            $request['group'],
        ));

        return Route::page(array_map(Shape::topic(...), $page->items), $page->total, $request);
    }

    private function publish(WP_REST_Request $request): WP_REST_Response
    {
        $body = $request->is_json_content_type() ? json_decode($request->get_body()) : null;
        $receipt = $this->site->hookwright()->publish(
            (string) $request['topic'],
            // As it was sent: WordPress reads objects as arrays, and loses empty ones.
            $body instanceof \stdClass && isset($body->data) ? $body->data : (object) $request['data'],
            idempotencyKey: $request['key'],
        );
        if ($receipt->deliveries > 0) {
            $this->site->deliverSoon();
        }

        return new WP_REST_Response([
            'event' => $receipt->eventId,
            'deliveries' => $receipt->deliveries,
            'replayed' => $receipt->replayed,
            'warnings' => $receipt->warnings,
        ], $receipt->replayed ? 200 : 201);
    }
}
