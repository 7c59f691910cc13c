<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

use Hookwright\Catalogue\NewTopic;

/** Everything whose events become webhooks here: WordPress itself, and the plugins that Hookwright has a bridge to. */
final class Sources
{
    private const BRIDGES = [Bridges\WooCommerce\WooCommerce::class, Bridges\UltimateMultisite\UltimateMultisite::class];

    /** @var list<Source> */
    private array $sources = [];

    /** @param string $plugin the name of this plugin, of whose own activation nobody is told */
    public function begin(Site $site, string $plugin): void
    {
        $this->sources = [
            new Events\Users(),
            new Events\Logins(),
            new Events\Posts(),
            new Events\Comments(),
            new Events\Surroundings($plugin),
        ];
        foreach (self::BRIDGES as $bridge) {
            if ($bridge::isActive()) {
                $this->sources[] = new $bridge();
            }
        }
        foreach ($this->sources as $source) {
            $source->listen($site);
        }
    }

    /** Which they are, in a word. */
    public function names(): string
    {
        return implode(' ', array_map(static fn (Source $source) => $source::class, $this->sources));
    }

    /** @return list<NewTopic> */
    public function topics(): array
    {
        return array_merge([], ...array_map(static fn (Source $source) => $source->topics(), $this->sources));
    }
}
