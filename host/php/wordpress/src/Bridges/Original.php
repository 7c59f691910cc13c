<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges;

/** A webhook of another plugin, as it stands in that plugin's table. */
final class Original
{
    /**
     * @param string       $source    name of the plugin, `woocommerce`
     * @param int          $id        there
     * @param string       $name      for people; may be empty
     * @param string       $url       where it sends
     * @param list<string> $topics    what it sends
     * @param bool         $isActive  whether it is meant to send now
     * @param string       $dialect   what its receiver expects
     * @param int          $version   of the payload
     * @param string|null  $secret    what it signs with; null: nothing is signed
     * @param string|null  $owner     login of the user who answers for it
     * @param string|null  $madeBy    what the plugin says of its maker
     * @param string|null  $note      what a person should know of it
     */
    public function __construct(
        public readonly string $source,
        public readonly int $id,
        public readonly string $name,
        public readonly string $url,
        public readonly array $topics,
        public readonly bool $isActive,
        public readonly string $dialect,
        public readonly int $version,
        #[\SensitiveParameter]
        public readonly ?string $secret = null,
        public readonly ?string $owner = null,
        public readonly ?string $madeBy = null,
        public readonly ?string $note = null,
    ) {
    }

    /** The copy's `integration`, by which it is found again: `woocommerce.12`. */
    public function label(): string
    {
        return "{$this->source}.{$this->id}";
    }
}
