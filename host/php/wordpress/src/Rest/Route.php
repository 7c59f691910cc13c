<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Rest;

use Hookwright\Exception\Conflict;
use Hookwright\Exception\Forbidden;
use Hookwright\Exception\HookwrightException;
use Hookwright\Exception\InvalidInput;
use Hookwright\Exception\NotAvailable;
use Hookwright\Exception\NotFound;
use Hookwright\Exception\StorageFailed;
use Hookwright\Types\Paging;
use Hookwright\WordPress\Site;
use WP_Error;
use WP_REST_Request;
use WP_REST_Response;

/** How a route is registered, who may use it, and what becomes of an exception. */
final class Route
{
    public const SPACE = 'hookwright/v1';

    private const PER_PAGE = 20;

    private const MOST_PER_PAGE = 100;

    /**
     * @param string                                               $methods as WordPress names them
     * @param \Closure(WP_REST_Request): (WP_REST_Response|WP_Error) $answer
     * @param array<string, array<string, mixed>>                  $arguments as JSON Schema, by name
     *
     * @return array<string, mixed>
     */
    public static function of(Site $site, string $methods, \Closure $answer, array $arguments = []): array
    {
        return [
            'methods' => $methods,
            'permission_callback' => static fn (): bool|WP_Error => $site->mayManage() ? true : new WP_Error(
                'rest_forbidden',
                __('You may not manage webhooks.', 'hookwright'),
                ['status' => rest_authorization_required_code()],
            ),
            'args' => $arguments,
            'callback' => static function (WP_REST_Request $request) use ($answer): WP_REST_Response|WP_Error {
                try {
                    return $answer($request);
                } catch (HookwrightException $error) {
                    return self::refusal($error);
                }
            },
        ];
    }

    public static function refusal(HookwrightException $error): WP_Error
    {
        $status = match (true) {
            $error instanceof InvalidInput => 400,
            $error instanceof Forbidden => 403,
            $error instanceof NotFound => 404,
            $error instanceof Conflict => 409,
            $error instanceof NotAvailable, $error instanceof StorageFailed => 503,
            default => 500,
        };
        $data = ['status' => $status];
        if ($error instanceof InvalidInput) {
            foreach ($error->fields as $field) {
                $data['params'][$field->field] = $field->message;
            }
        }
        $name = strtolower((string) preg_replace('/(?<!^)[A-Z]/', '_$0', (new \ReflectionClass($error))->getShortName()));

        return new WP_Error("hookwright_{$name}", $error->getMessage(), $data);
    }

    /** @return array<string, array<string, mixed>> arguments of a list */
    public static function paged(): array
    {
        return [
            'page' => ['type' => 'integer', 'minimum' => 1, 'default' => 1],
            'per_page' => ['type' => 'integer', 'minimum' => 1, 'maximum' => self::MOST_PER_PAGE, 'default' => self::PER_PAGE],
        ];
    }

    public static function paging(WP_REST_Request $request): Paging
    {
        return new Paging((int) $request['page'], (int) $request['per_page']);
    }

    /** @param list<mixed> $items */
    public static function page(array $items, int $total, WP_REST_Request $request): WP_REST_Response
    {
        return new WP_REST_Response($items, 200, [
            'X-WP-Total' => (string) $total,
            'X-WP-TotalPages' => (string) (int) ceil($total / max(1, (int) $request['per_page'])),
        ]);
    }
}
