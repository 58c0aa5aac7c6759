using SkillFactory.Bench;

return (args.Length > 0 ? args[0] : "all") switch
{
    "memory" => MemoryBench.Run(),
    var what => EngineBench.Run(what, args.Length > 1 ? args[1] : "3m"),
};
