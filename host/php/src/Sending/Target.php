<?php

declare(strict_types=1);

namespace Hookwright\Sending;

/**
 * Scheme, host and port of a URL, read strictly: what curl could read in another way is refused, because the guard judges
 * what stands here.
 *
 * @internal
 */
final class Target
{
    private function __construct(
        public readonly string $origin,
        public readonly string $host,
        public readonly int $port,
        public readonly bool $isLiteral,
    ) {
    }

    public static function of(string $url): ?self
    {
        $form = '~^(https?)://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?(?=[/?]|$)[\x21-\x7E]*$~iD';
        if (preg_match($form, $url, $found) !== 1) {
            return null;
        }
        [, $scheme, $host] = $found;
        $scheme = strtolower($scheme);
        $port = (int) ($found[3] ?? 0) ?: ($scheme === 'https' ? 443 : 80);
        // The last label of a name that is no number cannot be an address in any spelling.
        $isLiteral = $host[0] === '[' || preg_match('/(^|\.)(0x[0-9a-f]*|[0-9]+)\.?$/iD', $host) === 1;

        return new self("{$scheme}://{$host}:{$port}/", $host, $port, $isLiteral);
    }
}
