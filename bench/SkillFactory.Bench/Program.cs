using SkillFactory.Bench;

return EngineBench.Run(args);
