<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests\Screens;

use function Hookwright\WordPress\Tests\holds;

/** Somebody at a site: keeps cookies, follows redirects. */
final class Browser
{
    private readonly \CurlHandle $curl;

    public function __construct(public readonly string $home)
    {
        $this->curl = curl_init();
        curl_setopt_array($this->curl, [
            CURLOPT_COOKIEFILE => '',
            CURLOPT_FOLLOWLOCATION => true,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 60,
            CURLOPT_PROXY => '',
        ]);
    }

    public function logIn(string $name, string $password): void
    {
        $this->get('/wp-login.php');
        $page = $this->post('/wp-login.php', ['log' => $name, 'pwd' => $password, 'wp-submit' => 'Log In', 'testcookie' => '1']);
        holds(str_contains($page->url, '/wp-admin/'), "{$name} logs in: {$page->words()}");
    }

    public function get(string $address): Page
    {
        return $this->visit($address, null);
    }

    /** @param array<string, mixed> $fields */
    public function post(string $address, array $fields): Page
    {
        return $this->visit($address, http_build_query($fields));
    }

    /** One of the plugin's screens. @param array<string, string|int> $arguments */
    public function screen(string $page, array $arguments = []): Page
    {
        return $this->get(self::address($page, $arguments));
    }

    /** @param array<string, mixed> $arguments */
    public static function address(string $page, array $arguments = []): string
    {
        return '/wp-admin/admin.php?' . http_build_query(['page' => $page] + $arguments);
    }

    /** Submits a form of a page as it stands, with these fields changed. @param array<string, mixed> $changed */
    public function submit(Page $page, string $mark, array $changed = []): Page
    {
        [$method, $action, $fields] = $page->form($mark);
        $fields = array_merge($fields, $changed);
        // Some forms of WordPress go to a file beside the page's.
        $action = preg_match('#^(/|https?:)#', $action) === 1 ? $action : dirname((string) strtok($page->url, '?')) . "/{$action}";

        return $method === 'post'
            ? $this->post($action, $fields)
            : $this->get(strtok($action, '?') . '?' . http_build_query($fields));
    }

    private function visit(string $address, ?string $body): Page
    {
        curl_setopt($this->curl, CURLOPT_URL, str_starts_with($address, 'http') ? $address : $this->home . $address);
        $body === null
            ? curl_setopt($this->curl, CURLOPT_HTTPGET, true)
            : curl_setopt_array($this->curl, [CURLOPT_POST => true, CURLOPT_POSTFIELDS => $body]);
        $text = curl_exec($this->curl);
        holds(is_string($text), "{$address} answers: " . curl_error($this->curl));

        return new Page(
            (string) curl_getinfo($this->curl, CURLINFO_EFFECTIVE_URL),
            (int) curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE),
            $text,
        );
    }
}

/** What a site answered. */
final class Page
{
    public function __construct(public readonly string $url, public readonly int $status, public readonly string $text)
    {
    }

    /** What a person reads. */
    public function words(): string
    {
        $hidden = ['#^.*<(body|div id="wpbody-content")#s', '#<(script|style)\b.*?</\1>#s', '#<[^>]*>#'];
        $body = (string) preg_replace($hidden, ['<', '', ' '], $this->text);

        return trim((string) preg_replace('/\s+/', ' ', html_entity_decode($body, ENT_QUOTES | ENT_HTML5)));
    }

    public function says(string $text): bool
    {
        return str_contains($this->words(), $text);
    }

    /** The first link whose address holds all of these; with entities undone. */
    public function link(string ...$parts): string
    {
        preg_match_all('/href="([^"]*)"/', $this->text, $found);
        foreach ($found[1] as $link) {
            $link = html_entity_decode($link, ENT_QUOTES | ENT_HTML5);
            if (array_filter($parts, static fn (string $part) => !str_contains($link, $part)) === []) {
                return $link;
            }
        }
        throw new \LogicException("{$this->url} has no link with " . implode(', ', $parts) . ": {$this->words()}");
    }

    /** Whether it has one. */
    public function hasLink(string ...$parts): bool
    {
        try {
            return $this->link(...$parts) !== '';
        } catch (\LogicException) {
            return false;
        }
    }

    /**
     * The first form that holds the mark.
     *
     * @return array{string, string, array<string, mixed>} method, action, fields as they would be sent untouched
     */
    public function form(string $mark): array
    {
        preg_match_all('#<form\b(.*?)>(.*?)</form>#s', $this->text, $forms, PREG_SET_ORDER);
        foreach ($forms as [$whole, $head, $inside]) {
            if (!str_contains($whole, $mark)) {
                continue;
            }
            $id = self::attribute($head, 'id');
            // Fields beside the form that name it belong to it.
            preg_match_all('#<select[^>]*form="' . preg_quote((string) $id, '#') . '".*?</select>#s', $this->text, $beside);
            $fields = self::fields($inside . ($id === null ? '' : implode('', $beside[0])));

            return [strtolower(self::attribute($head, 'method') ?? 'get'), self::attribute($head, 'action') ?? $this->url, $fields];
        }
        throw new \LogicException("{$this->url} has no form with {$mark}: {$this->words()}");
    }

    /** @return array<string, mixed> */
    private static function fields(string $html): array
    {
        $pairs = [];
        $control = '#<input\b[^>]*>|<textarea\b([^>]*)>(.*?)</textarea>|<select\b([^>]*)>(.*?)</select>#s';
        preg_match_all($control, $html, $controls, PREG_SET_ORDER);
        foreach ($controls as $control) {
            $name = self::attribute($control[0], 'name');
            if ($name === null) {
                continue;
            }
            if (str_starts_with($control[0], '<textarea')) {
                $value = html_entity_decode($control[2], ENT_QUOTES | ENT_HTML5);
            } elseif (str_starts_with($control[0], '<select')) {
                preg_match('#<option\b[^>]*selected[^>]*>#', $control[4], $chosen)
                    || preg_match('#<option\b[^>]*>#', $control[4], $chosen);
                $value = self::attribute($chosen[0] ?? '', 'value') ?? '';
            } else {
                $type = self::attribute($control[0], 'type') ?? 'text';
                if (in_array($type, ['submit', 'button'], true)
                    || (in_array($type, ['checkbox', 'radio'], true) && !preg_match('/\schecked\b/', $control[0]))) {
                    continue;
                }
                $value = self::attribute($control[0], 'value') ?? '';
            }
            $pairs[] = rawurlencode($name) . '=' . rawurlencode($value);
        }
        parse_str(implode('&', $pairs), $fields);

        return $fields;
    }

    private static function attribute(string $tag, string $name): ?string
    {
        return preg_match('/\s' . preg_quote($name, '/') . '=(["\'])(.*?)\1/s', " {$tag}", $found) === 1
            ? html_entity_decode($found[2], ENT_QUOTES | ENT_HTML5)
            : null;
    }
}
